import { expect, it } from 'vitest';
import { call } from '../../../../operations/call.js';
import { toCaller } from '../../../../operations/caller.js';
import { operations } from '../../../../operations/index.js';
import type { ListedRun } from '../../../../operations/lifecycles/list.js';
import type { Services } from '../../../../operations/ports/services.js';

const recorded = (run: string, outcome: string | null = null) => ({
  model: 'tiny',
  run,
  specDigest: 'd',
  stage: outcome === null ? 'approval' : 'done',
  outcome,
});

/** Runs on record, newest first, and the ids of open workflows. */
async function list(rows: ReturnType<typeof recorded>[], open: string[], input: Record<string, unknown>) {
  const services = {
    records: async () => ({
      registry: {
        runs: async ({ limit }: { limit: number }) => rows.slice(0, limit),
        run: async (_model: string, run: string) => rows.find((row) => row.run === run),
      },
    }),
    workflows: async () => ({
      suspects: async () => [],
      openLifecycles: async function* () {
        for (const run of open) yield { id: `lifecycle/tiny/${run}`, startedAt: '2001-02-01T00:00:00.000Z' };
      },
    }),
  } as unknown as Services;
  const { signal } = new AbortController();
  const operation = operations.lifecycles.list;
  const runs = (await call({ operation, services, input, caller: toCaller({}), signal })) as ListedRun[];
  return runs.map(({ run, stage, specDigest }) => `${run} ${stage}${specDigest === null ? ' fresh' : ''}`);
}

const newer = Array.from({ length: 21 }, (_, at) => recorded(`newer-${at}`, 'promoted'));
const waiting = recorded('older');

it('a run that waits for long is not shown as one that has just started', async () => {
  const runs = await list([...newer, waiting], ['older'], {});
  expect(runs).toHaveLength(20);
  expect(runs.filter((run) => run.includes('fresh'))).toEqual([]);
});

it('an open run is listed among the open ones however many newer runs there are', async () => {
  const thousands = Array.from({ length: 1_200 }, (_, at) => recorded(`newer-${at}`, 'promoted'));
  expect(await list([...thousands, waiting], ['older'], { open: true })).toEqual(['older approval']);
});

it('a run without a record is listed first, as one that has not recorded its charter yet', async () => {
  expect(await list([waiting], ['new', 'older'], {})).toEqual(['new charter fresh', 'older approval']);
});
