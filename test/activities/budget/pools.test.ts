import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openPoolBooks } from '../../../infra/adapters/postgres/pool-books.js';
import { type LedgerBench, aJob, demand, ledgerBench } from '../../support/budget/ledger-bench.js';

let bench: LedgerBench;
beforeAll(async () => {
  bench = await ledgerBench();
});
afterAll(() => bench?.close());

const slot = (team: string, gpus: number, waiter = 'job/any') =>
  demand(undefined, {
    team,
    resources: { cpus: 1, memory: '1GiB', gpus, nodes: 1 },
    waiter: () => waiter,
  });

describe('a pool', () => {
  it('lets no job wait if no pool is declared', async () => {
    expect(await bench.admitted(aJob(), slot('a', 64))).toBe(true);
  });

  it('hands out no more than it has, also to many at once, and a slot is free as soon as its row is over', async () => {
    const books = openPoolBooks(bench.db);
    await books.set({
      name: 'desk',
      backend: 'local',
      gpuType: '',
      gpus: 4,
      jobs: 3,
      weights: {},
      by: 'ops',
    });
    const jobs = Array.from({ length: 12 }, () => aJob());
    const answers = await Promise.all(
      jobs.map((job) => bench.jobs.ledger.admit(job, slot('a', 1, `job/${job.intent}`))),
    );
    const running = jobs.filter((_, index) => answers[index]!.kind === 'admitted');
    expect(running).toHaveLength(3);
    const [parked] = answers.filter((answer) => answer.kind === 'parked');
    expect(parked).toMatchObject({ parked: { why: 'capacity', at: 'desk' } });
    expect(await bench.jobs.ledger.ready()).toEqual([]);
    expect((await books.list())[0]).toMatchObject({ name: 'desk', busyJobs: 3, busyGpus: 3, waiting: 9 });
    // A second delivery of the same attempt keeps its slot.
    expect(await bench.admitted(running[0]!, slot('a', 1))).toBe(true);
    // The slot is free as soon as the row has ended, whoever ended it.
    await bench.end(running[0]!.jobKey, 5, 'lost', true);
    const ready = await bench.jobs.ledger.ready();
    expect(ready).toHaveLength(1);
    const next = jobs.find(({ intent }) => `job/${intent}` === ready[0])!;
    const other = jobs.find((job) => !running.includes(job) && job !== next)!;
    expect(await bench.admitted(other, slot('a', 1))).toBe(false);
    expect(await bench.admitted(next, slot('a', 1))).toBe(true);
    for (const job of jobs) {
      if (await bench.jobs.get(job.jobKey)) await bench.end(job.jobKey, 1);
      await bench.jobs.ledger.leave(job.intent);
    }
  });

  it('refuses what it could never hold, with the command that mends it', async () => {
    await expect(bench.jobs.ledger.admit(aJob(), slot('a', 8))).rejects.toMatchObject({
      message: expect.stringContaining('asks for 8 GPUs, and pool "desk" has 4 GPUs and 3 jobs') as string,
      remedy: expect.stringContaining('mainspring pool set desk') as string,
    });
  });

  it('shares by weight between teams that wait', async () => {
    const books = openPoolBooks(bench.db);
    const weights = { vision: 3, speech: 1 };
    await books.set({ name: 'desk', backend: 'local', gpuType: '', gpus: null, jobs: 4, weights, by: 'ops' });
    const first = await Promise.all(
      Array.from({ length: 4 }, async () => {
        const job = aJob();
        await bench.jobs.ledger.admit(job, slot('other', 0));
        return job;
      }),
    );
    const waiting = new Map<string, string>();
    for (const team of ['speech', 'vision'])
      for (let n = 0; n < 6; n += 1) {
        const job = aJob();
        waiting.set(`job/${job.intent}`, team);
        await bench.jobs.ledger.admit(job, slot(team, 0, `job/${job.intent}`));
      }
    await Promise.all(first.map((job) => bench.end(job.jobKey, 1)));
    const teams = (await bench.jobs.ledger.ready()).map((waiter) => waiting.get(waiter)).sort();
    expect(teams).toEqual(['speech', 'vision', 'vision', 'vision']);
  });

  it('gives jobs of one machine different accelerators, also many at once, and one that is free again to the next', async () => {
    const books = openPoolBooks(bench.db);
    const desk = { name: 'rig', gpuType: 'a10', gpus: 4, jobs: null, weights: {}, by: 'ops' };
    await books.set({ ...desk, backend: 'local' });
    const take = async (gpus: number) => {
      const job = aJob();
      const resources = { cpus: 1, memory: '1GiB', gpus, gpuType: 'a10', nodes: 1 };
      const waiter = () => `job/${job.intent}`;
      await bench.jobs.ledger.admit(job, demand(undefined, { team: 'a', resources, waiter }));
      return { ...job, devices: await bench.jobs.ledger.devicesOf(job.jobKey) };
    };
    const jobs = await Promise.all([take(1), take(2), take(1)]);
    expect(jobs.flatMap(({ devices }) => devices ?? []).sort()).toEqual([0, 1, 2, 3]);
    const [, pair] = jobs;
    await bench.end(pair.jobKey, 1);
    expect((await take(2)).devices).toEqual(pair.devices);
    expect((await take(0)).devices).toEqual([]);
  });

  it('leaves accelerators of a cluster to its engine', async () => {
    const books = openPoolBooks(bench.db);
    const pool = { name: 'hall', backend: 'slurm', gpuType: '', gpus: 8, jobs: null, weights: {}, by: 'ops' };
    await books.set({ ...pool, backend: 'slurm' });
    const job = { ...aJob(), backend: 'slurm' as const };
    expect(await bench.admitted(job, slot('a', 2))).toBe(true);
    expect(await bench.jobs.ledger.devicesOf(job.jobKey)).toBeNull();
  });
});
