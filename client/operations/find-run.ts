import { lifecycleId, parseLifecycleId } from '../../contracts/ids.js';
import { MainspringError } from '../errors.js';
import type { Services } from '../services/services.js';
import { nearest } from '../spec/problems.js';

export interface RunName {
  model: string;
  run: string;
}

/** Runs that are looked through for a bare run id. */
const MAX_KNOWN_RUNS = 2_000;

export const showRun = ({ model, run }: RunName): string => `${model}/${run}`;

/** Runs in the database, and open ones that Temporal knows and the database does not yet. */
async function knownRuns(services: Services): Promise<RunName[]> {
  const { registry } = await services.database();
  const recorded = await registry.runs({ limit: MAX_KNOWN_RUNS });
  const { client } = await services.temporal();
  const open: RunName[] = [];
  const query = "WorkflowType = 'lifecycle' AND ExecutionStatus = 'Running'";
  for await (const { workflowId } of client.workflow.list({ query })) {
    const name = parseLifecycleId(workflowId);
    if (name) open.push(name);
    if (open.length >= MAX_KNOWN_RUNS) break;
  }
  return [
    ...new Map([...recorded, ...open].map(({ model, run }) => [`${model}/${run}`, { model, run }])).values(),
  ];
}

async function exists(services: Services, { model, run }: RunName): Promise<boolean> {
  const { registry } = await services.database();
  if (await registry.run(model, run)) return true;
  const { client } = await services.temporal();
  return client.workflow
    .getHandle(lifecycleId(model, run))
    .describe()
    .then(
      () => true,
      () => false,
    );
}

/**
 * The run that a person means by `<run>`, `<model>/<run>` or a workflow id.
 *
 * @throws MainspringError `not-found` with near names, `usage` when several models have a run of that name
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
  const { registry } = await services.database();
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
