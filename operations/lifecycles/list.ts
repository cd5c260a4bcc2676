import { z } from 'zod';
import { parseLifecycleId } from '../../contracts/ids.js';
import { RunView } from '../../contracts/registry.js';
import { limit, modelName } from '../fields.js';
import { allTroubles } from '../lookup/troubles.js';
import { defineOperation } from '../operation.js';
import type { Services } from '../ports/services.js';

const Input = z.strictObject({
  model: modelName.optional().describe('Of this model only.'),
  open: z.boolean().default(false).describe('True: only runs that have not ended. Default: false.'),
  limit: limit(20),
});

export const ListedRun = z.object({
  ...RunView.omit({ specDigest: true }).shape,
  /** Null: the run was started and has not recorded its charter yet. */
  specDigest: RunView.shape.specDigest.nullable(),
  asOf: RunView.shape.asOf.nullable(),
  startedBy: z.string().nullable(),
  reason: z.string().nullable(),
  /** The retries of more than a minute and the faults of the run, in one line; null if it has none. */
  trouble: z.string().nullable(),
});
export type ListedRun = z.infer<typeof ListedRun>;

/** Most recorded runs that are searched for open ones. */
const MAX_RUNS = 1_000;

const TROUBLE_CHARS = 200;

/** The first trouble of each run, by `<model>/<run>`. */
async function troubledRuns(services: Services): Promise<Map<string, string>> {
  const lines = new Map<string, string>();
  for (const { model, run, activity, attempt, reason, kind } of await allTroubles(services, {
    marked: true,
  })) {
    const name = `${model ?? ''}/${run ?? ''}`;
    const what = kind === 'fault' ? 'its workflow fails' : `tries ${activity ?? ''} again`;
    if (!lines.has(name))
      lines.set(name, `${what}, attempt ${attempt}: ${reason.split('\n')[0] ?? ''}`.slice(0, TROUBLE_CHARS));
  }
  return lines;
}

async function listRuns(services: Services, options: z.output<typeof Input>): Promise<ListedRun[]> {
  const [runs, troubled] = await Promise.all([runsOf(services, options), troubledRuns(services)]);
  return runs.map((run) => ({
    ...run,
    trouble: run.outcome === null ? (troubled.get(`${run.model}/${run.run}`) ?? null) : null,
  }));
}

type Untroubled = Omit<ListedRun, 'trouble'>;

async function runsOf(services: Services, options: z.output<typeof Input>): Promise<Untroubled[]> {
  const { limit: most, model, open } = options;
  const { registry } = await services.records();
  const recorded = await registry.runs({ model, limit: open ? MAX_RUNS : most });
  const known = new Set(recorded.map((run) => `${run.model}/${run.run}`));
  const fresh: Untroubled[] = [];
  // Open runs that are older than those above.
  const older: Untroubled[] = [];
  const workflows = await services.workflows();
  for await (const { id, startedAt } of workflows.openLifecycles()) {
    const name = parseLifecycleId(id);
    if (!name || known.has(`${name.model}/${name.run}`) || (model !== undefined && name.model !== model))
      continue;
    const found = await registry.run(name.model, name.run);
    if (found) {
      older.push(found);
      continue;
    }
    fresh.push({
      ...name,
      specDigest: null,
      asOf: null,
      startedBy: null,
      reason: null,
      stage: 'charter',
      outcome: null,
      outcomeReason: null,
      startedAt,
      endedAt: null,
    });
    if (fresh.length >= most || older.length >= MAX_RUNS) break;
  }
  return [...fresh, ...recorded, ...older].filter((run) => !open || run.outcome === null).slice(0, most);
}

export const list = defineOperation({
  name: 'lifecycles.list',
  summary: 'Runs, newest first, also those that have not recorded their charter yet',
  who: 'anyone',
  effect: 'read',
  input: Input,
  output: z.array(ListedRun),
  http: { method: 'GET', path: '/v1/lifecycles' },
  run: listRuns,
});
