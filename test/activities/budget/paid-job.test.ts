import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readAccounts } from '../../../infra/adapters/postgres/budget-accounts.js';
import { openPoolBooks } from '../../../infra/adapters/postgres/pool-books.js';
import { ownAccount } from '../../../contracts/ids.js';
import { balance } from '../../support/budget/balance.js';
import { type TrainingBench, trainingBench } from '../../support/training/bench.js';
import { until } from '../../support/until.js';

let bench: TrainingBench;
beforeAll(async () => {
  bench = await trainingBench();
  await bench.buildEnvironment();
});
afterAll(() => bench?.close());

describe('a real job on a budget', () => {
  it('reserves until its deadline, and settles what its backend recorded, however often it is delivered', async () => {
    const job = bench.job('ok.py', { budget: { cpuHours: 1, onExhausted: 'fail' } });
    // The second delivery may fail and be repeated, as in Temporal.
    await Promise.allSettled([bench.dispatch(job), bench.dispatch(job)]);
    const attempt = await bench.dispatch(job);
    const account = ownAccount(job.model, job.run);
    const [before] = await readAccounts(bench.db, [account]);
    expect(before?.reserved.cpuMs).toBeGreaterThan(600_000);
    const outcome = await bench.collect(job, attempt);
    await bench.act(bench.activities.collectJob, { ...attempt, end: 'ended' });
    const [after] = await readAccounts(bench.db, [account]);
    expect(after?.reserved.cpuMs).toBe(0);
    expect(after?.settled.cpuMs).toBe(Math.ceil(outcome.spend.wallSeconds * 1_000));
    expect((await balance(bench.db)).faults).toEqual([]);
  });

  it('is parked without a row while another holds the budget, and cancelled before its dispatch costs nothing', async () => {
    const budget = { cpuHours: 0.3, onExhausted: 'ask' } as const;
    const first = bench.job('steps.py', { budget, params: { steps: 1_000, pause: 0.05 } });
    const attempt = await bench.dispatch(first);
    await until(async () => (await bench.trainerProcesses(attempt)).length > 0);
    const second = bench.job('ok.py', { budget, run: first.run, intent: `tiny/${first.run}/trial-1` });
    const parked = await bench.dispatch(second);
    expect(parked).toMatchObject({ parked: { why: 'reserved' } });
    const { intent, backend } = second;
    const cancel = { intent, attempt: 1, backend, reason: 'the test' };
    expect(await bench.act(bench.activities.cancelJob, cancel)).toEqual({ job: null });
    expect(await bench.jobs.get(parked.jobKey)).toBeUndefined();
    await bench.stop(first);
    const [after] = await readAccounts(bench.db, [ownAccount(first.model, first.run)]);
    expect(after?.reserved.cpuMs).toBe(0);
    expect(after?.settled.cpuMs).toBeGreaterThan(0);
    expect(await bench.jobs.get(attempt.jobKey)).toMatchObject({ state: 'cancelled' });
    expect((await balance(bench.db)).faults).toEqual([]);
  });

  it('sees exactly the accelerators that its pool assigned, and none if it asked for none', async () => {
    const pool = { name: 'desk', gpuType: '', gpus: 4, jobs: null, weights: {}, by: 'ops' };
    await openPoolBooks(bench.db).set({ ...pool, backend: 'local' });
    const seen = async (gpus: number) => {
      const job = bench.job('gpus.py', { resources: { cpus: 1, memory: '512MiB', gpus, nodes: 1 } });
      const outcome = await bench.collect(job, await bench.dispatch(job));
      return outcome.result?.metrics['visible'];
    };
    expect(await seen(2)).toBe(2);
    expect(await seen(0)).toBe(0);
  });
});
