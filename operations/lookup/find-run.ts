import { lifecycleId, parseLifecycleId } from '../../contracts/ids.js';
import { MainspringError } from '../errors.js';
import { nearest } from '../nearest.js';
import type { Services } from '../ports/services.js';

export interface RunName {
  model: string;
  run: string;
}

/** Runs that are looked through for a bare run id. */
const MAX_KNOWN_RUNS = 2_000;

export const showRun = ({ model, run }: RunName): string => `${model}/${run}`;

/** Runs in the database, and open runs that the database does not have yet. */
async function knownRuns(services: Services): Promise<RunName[]> {
  const { registry } = await services.records();
  const recorded = await registry.runs({ limit: MAX_KNOWN_RUNS });
  const workflows = await services.workflows();
  const open: RunName[] = [];
  for await (const { id } of workflows.openLifecycles()) {
    const name = parseLifecycleId(id);
    if (name) open.push(name);
    if (open.length >= MAX_KNOWN_RUNS) break;
  }
  return [
    ...new Map([...recorded, ...open].map(({ model, run }) => [`${model}/${run}`, { model, run }])).values(),
  ];
}

async function exists(services: Services, { model, run }: RunName): Promise<boolean> {
  const recorded = async (): Promise<boolean> => {
    const { registry } = await services.records();
    return (await registry.run(model, run)) !== undefined;
  };
  const started = async (): Promise<boolean> => {
    const workflows = await services.workflows();
    return (await workflows.status(lifecycleId(model, run))) !== undefined;
  };
  try {
    return (await recorded()) || (await started());
  } catch (error) {
    // A run must be found, and be ended, also while the database is away.
    if (await started()) return true;
    throw error;
  }
}

/**
 * The run that a person names by `<run>`, `<model>/<run>` or a workflow id.
 *
 * @throws MainspringError `not-found` with near names, `usage` if several models have a run of that name
 */
export async function findRun(services: Services, text: string): Promise<RunName> {
  const [first = '', second, ...rest] = text.split('/');
  const full =
    parseLifecycleId(text) ?? (second && rest.length === 0 ? { model: first, run: second } : undefined);
  if (full && (await exists(services, full))) return full;

  const known = await knownRuns(services);
  const matching = known.filter(({ run }) => run === text);
  const [only] = matching;
  if (only && matching.length === 1) return only;
  if (matching.length > 1)
    throw new MainspringError(
      'usage',
      `run "${text}" exists for several models: ${matching.map(showRun).join(', ')}`,
      'Name it as <model>/<run>.',
      matching,
    );
  const near = full
    ? nearest(showRun(full), known.map(showRun))
    : nearest(
        text,
        known.map(({ run }) => run),
      );
  const newest = known.slice(0, 5).map(showRun).join(', ');
  throw new MainspringError(
    'not-found',
    `there is no run "${text}"`,
    `${near ? `Did you mean "${near}"? ` : ''}${newest ? `Newest: ${newest}.` : 'Nothing was started yet.'}`,
    known.slice(0, 5),
  );
}

/** @throws MainspringError `not-found` with the nearest name and all known ones */
export async function findModel(services: Services, name: string): Promise<string> {
  const { registry } = await services.records();
  const known = await registry.models();
  if (known.includes(name)) return name;
  const near = nearest(name, known);
  throw new MainspringError(
    'not-found',
    `there is no model "${name}"`,
    `${near ? `Did you mean "${near}"? ` : ''}Models: ${known.join(', ') || 'none yet'}.`,
    known,
  );
}
