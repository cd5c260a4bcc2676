import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Budget } from '../../../contracts/spec/training.js';
import { openJobStore } from '../../../infra/adapters/postgres/job-store.js';
import { openDatabase } from '../../../infra/adapters/postgres/database.js';
import { setPrice } from '../../../infra/adapters/postgres/prices.js';
import { balance } from '../../support/budget/balance.js';
import {
  type LedgerBench,
  aJob,
  aRun,
  demand,
  ledgerBench,
  shared,
} from '../../support/budget/ledger-bench.js';

let bench: LedgerBench;
let db: LedgerBench['db'];
let jobs: LedgerBench['jobs'];
beforeAll(async () => {
  bench = await ledgerBench();
  ({ db, jobs } = bench);
});
afterAll(() => bench?.close());

describe('a reservation', () => {
  it('is what the attempt can cost at most, and is given back for what it did cost', async () => {
    const account = await bench.anAccount({ cpuHours: 10, gpuHours: 10 });
    const job = aJob();
    const big = demand(shared(account), {
      resources: { cpus: 4, memory: '1GiB', gpus: 2, nodes: 2 },
      longestMs: 1_000_000,
    });
    expect(await bench.admitted(job, big)).toBe(true);
    expect(await bench.figuresOf(account)).toMatchObject({
      reserved: { gpuMs: 4_000_000, cpuMs: 8_000_000 },
      settled: { gpuMs: 0, cpuMs: 0 },
    });
    await bench.end(job.jobKey, 12.5);
    expect(await bench.figuresOf(account)).toMatchObject({
      reserved: { gpuMs: 0, cpuMs: 0 },
      settled: { gpuMs: 50_000, cpuMs: 100_000 },
    });
    expect((await balance(db)).faults).toEqual([]);
  });

  it('is taken once, however often and however concurrently its attempt is dispatched', async () => {
    const account = await bench.anAccount({ cpuHours: 10 });
    const job = aJob();
    const answers = await Promise.all(
      Array.from({ length: 10 }, () => jobs.ledger.admit(job, demand(shared(account)))),
    );
    expect(answers.map(({ kind }) => kind)).toEqual(Array(10).fill('admitted'));
    expect((await bench.figuresOf(account)).reserved.cpuMs).toBe(3_600_000);
    await Promise.all([bench.end(job.jobKey, 60), bench.end(job.jobKey, 60), bench.end(job.jobKey, 60)]);
    expect(await bench.figuresOf(account)).toMatchObject({
      settled: { cpuMs: 60_000 },
      reserved: { cpuMs: 0 },
    });
    expect((await balance(db)).faults).toEqual([]);
  });

  it('is not there without its row, nor the row without it, when the writer dies in between', async () => {
    const account = await bench.anAccount({ cpuHours: 10 });
    const job = aJob();
    // In each round the writer dies after another statement of the transaction.
    for (let last = 1; last <= 12; last += 1) {
      const dying = openDatabase(bench.url, { max: 1 });
      let sent = 0;
      const cut = dying.withPlugin({
        transformQuery: ({ node }) => {
          sent += 1;
          if (sent > last) throw new Error('killed');
          return node;
        },
        transformResult: async ({ result }) => result,
      });
      await openJobStore(cut)
        .ledger.admit(job, demand(shared(account)))
        .catch(() => undefined);
      await dying.destroy();
      const { reserved } = await bench.figuresOf(account);
      expect(reserved.cpuMs).toBe((await jobs.get(job.jobKey)) ? 3_600_000 : 0);
    }
    expect(await bench.admitted(job, demand(shared(account)))).toBe(true);
    expect((await bench.figuresOf(account)).reserved.cpuMs).toBe(3_600_000);
    await bench.end(job.jobKey, 0, 'cancelled');
    expect((await balance(db)).faults).toEqual([]);
  });

  it('is released in full by an attempt that never ran', async () => {
    const account = await bench.anAccount({ cpuHours: 1 });
    const job = aJob();
    await jobs.ledger.admit(job, demand(shared(account)));
    await bench.change(job.jobKey, { state: 'failed', spend: null, endedAt: new Date() });
    expect(await bench.figuresOf(account)).toMatchObject({ settled: { cpuMs: 0 }, reserved: { cpuMs: 0 } });
    expect(await bench.admitted(aJob(), demand(shared(account)))).toBe(true);
  });

  it('of a lost attempt is settled as an estimate, and corrected when its result turns up', async () => {
    const account = await bench.anAccount({ cpuHours: 10 });
    const job = aJob();
    await jobs.ledger.admit(job, demand(shared(account)));
    await bench.end(job.jobKey, 100, 'lost', true);
    expect((await bench.figuresOf(account)).settled.cpuMs).toBe(100_000);
    await bench.end(job.jobKey, 140, 'succeeded');
    await bench.end(job.jobKey, 140, 'succeeded');
    expect((await bench.figuresOf(account)).settled.cpuMs).toBe(140_000);
    const entries = await db.selectFrom('ledger').selectAll().where('job_key', '=', job.jobKey).execute();
    expect(entries.map(({ kind, cpu_ms, estimated }) => [kind, cpu_ms, estimated]).sort()).toEqual([
      ['correct', 40_000, false],
      ['release', 3_600_000, false],
      ['reserve', 3_600_000, false],
      ['settle', 100_000, true],
    ]);
    expect((await balance(db)).faults).toEqual([]);
  });

  it('keeps its price, also when the list changes while the attempt runs', async () => {
    const account = await bench.anAccount({ money: 100 });
    await expect(jobs.ledger.admit(aJob(), demand(shared(account)))).rejects.toMatchObject({
      type: 'BudgetNotConfigured',
      remedy: expect.stringContaining('mainspring budget price local') as string,
    });
    const price = { backend: 'local', gpuType: '', cpuHour: 0.5, by: 'ops' } as const;
    await setPrice(db, { ...price, gpuHour: 2 });
    await setPrice(db, { ...price, gpuType: 'h100', gpuHour: 4 });
    const job = aJob();
    const h100 = demand(shared(account), {
      resources: { cpus: 2, memory: '1GiB', gpus: 1, gpuType: 'h100', nodes: 1 },
    });
    await jobs.ledger.admit(job, h100);
    expect((await bench.figuresOf(account)).reserved.moneyMicros).toBe(5_000_000);
    await setPrice(db, { ...price, gpuType: 'h100', gpuHour: 40 });
    await bench.end(job.jobKey, 1_800);
    expect(await bench.figuresOf(account)).toMatchObject({ settled: { moneyMicros: 2_500_000 } });
    expect((await balance(db)).faults).toEqual([]);
  });

  it('is taken out of the shared account and of the lifecycle’s own, or out of neither', async () => {
    const account = await bench.anAccount({ cpuHours: 10 });
    const both: Budget = { account, cpuHours: 1, onExhausted: 'ask' };
    const run = aRun();
    expect(await bench.admitted(aJob(run, 0), demand(both))).toBe(true);
    expect(await jobs.ledger.admit(aJob(run, 1), demand(both))).toMatchObject({
      kind: 'parked',
      parked: { why: 'reserved', at: `run/tiny/${run}`, own: true },
    });
    expect(await bench.admitted(aJob(aRun(), 0), demand(both))).toBe(true);
    expect((await bench.figuresOf(account)).reserved.cpuMs).toBe(7_200_000);
    expect((await bench.figuresOf(`run/tiny/${run}`)).reserved.cpuMs).toBe(3_600_000);
  });

  it('names the account that does not exist, with the command that makes it', async () => {
    await expect(jobs.ledger.admit(aJob(), demand(shared('nobody')))).rejects.toMatchObject({
      type: 'BudgetNotConfigured',
      remedy: expect.stringContaining('mainspring budget set nobody') as string,
    });
  });
});

describe('an account that is used up', () => {
  it('parks what waits with the figures, and ends it at once where the spec says fail', async () => {
    const account = await bench.anAccount({ cpuHours: 0.5 });
    expect(await jobs.ledger.admit(aJob(), demand(shared(account)))).toMatchObject({
      kind: 'parked',
      parked: {
        why: 'budget',
        at: account,
        generation: 1,
        own: false,
        reason: expect.stringMatching(/limit 0\.500 CPU-hours.*may cost 1\.000 CPU-hours/) as string,
      },
    });
    await expect(jobs.ledger.admit(aJob(), demand(shared(account, 'fail')))).rejects.toMatchObject({
      type: 'BudgetExhausted',
    });
  });

  it('asks for enough for all that waits, once, and lets it go on after a yes', async () => {
    const account = await bench.anAccount({ cpuHours: 0.5 });
    const waiting = [aJob(), aJob(), aJob()];
    for (const job of waiting)
      await jobs.ledger.admit(job, demand(shared(account), { waiter: () => `job/${job.intent}` }));
    const shortage = (await jobs.ledger.shortage(account, 1))!;
    expect(shortage).toMatchObject({ waiting: 3, wanted: { cpuMs: 10_800_000 } });
    expect(shortage.proposed.cpuMs).toBe(10_800_000);
    const ask = () => jobs.ledger.openRequest(account, 1, shortage.proposed);
    expect(await Promise.all([ask(), ask(), ask()])).toEqual([1, 1, 1]);
    expect(await jobs.ledger.ready()).not.toContain(`job/${waiting[0]!.intent}`);
    const yes = { status: 'APPROVED', by: 'maya (ml-engineer): approve', approval: 'approval/1' } as const;
    await Promise.all([1, 2, 3].map(() => jobs.ledger.closeRequest(account, 1, yes)));
    expect(await bench.figuresOf(account)).toMatchObject({ generation: 2, limits: { cpuMs: 10_800_000 } });
    expect(await jobs.ledger.waiting(account)).toEqual(waiting.map(({ intent }) => `job/${intent}`));
    expect(await jobs.ledger.ready()).toEqual(
      expect.arrayContaining(waiting.map(({ intent }) => `job/${intent}`)),
    );
    for (const job of waiting) expect(await bench.admitted(job, demand(shared(account)))).toBe(true);
    expect(await jobs.ledger.waiting(account)).toEqual([]);
    const history = await db
      .selectFrom('budget_limits')
      .selectAll()
      .where('account', '=', account)
      .orderBy('generation')
      .execute();
    expect(history).toMatchObject([
      { cpu_ms: 1_800_000, set_by: 'ops' },
      { cpu_ms: 10_800_000, set_by: 'maya (ml-engineer): approve', reason: 'approval/1', valid_to: null },
    ]);
    expect(history[0]!.valid_to).toEqual(history[1]!.valid_from);
  });

  it('ends what waits after a no, with who said it; one that lapsed is asked anew', async () => {
    const account = await bench.anAccount({ cpuHours: 0.5 });
    const job = aJob();
    await jobs.ledger.admit(job, demand(shared(account)));
    const { proposed } = (await jobs.ledger.shortage(account, 1))!;
    await jobs.ledger.openRequest(account, 1, proposed);
    const close = (status: 'LAPSED' | 'REJECTED') =>
      jobs.ledger.closeRequest(account, 1, { status, by: 'tomas (ml-engineer): reject', approval: 'a' });
    await close('LAPSED');
    expect(await jobs.ledger.admit(job, demand(shared(account)))).toMatchObject({ kind: 'parked' });
    expect(await jobs.ledger.openRequest(account, 1, proposed)).toBe(2);
    await close('REJECTED');
    await expect(jobs.ledger.admit(job, demand(shared(account)))).rejects.toMatchObject({
      message: expect.stringContaining('rejected (tomas (ml-engineer): reject)') as string,
      remedy: expect.stringContaining('mainspring budget set') as string,
    });
    expect(await jobs.ledger.waiting(account)).toEqual([]);
    expect(await jobs.get(job.jobKey)).toBeUndefined();
  });

  it('does not ask when what waits only waits for running jobs to settle', async () => {
    const account = await bench.anAccount({ cpuHours: 1.5 });
    const first = aJob();
    const second = aJob();
    await jobs.ledger.admit(first, demand(shared(account)));
    const waiting = demand(shared(account, 'fail'), { waiter: () => 'job/second' });
    expect(await jobs.ledger.admit(second, waiting)).toMatchObject({ parked: { why: 'reserved' } });
    expect(await jobs.ledger.shortage(account, 1)).toBeUndefined();
    expect(await jobs.ledger.ready()).not.toContain('job/second');
    await bench.end(first.jobKey, 60);
    expect(await jobs.ledger.ready()).toContain('job/second');
    expect(await bench.admitted(second, waiting)).toBe(true);
  });
});

describe('the ledger', () => {
  it('refuses to change or remove an entry', async () => {
    await expect(sql`update ledger set cpu_ms = 0`.execute(db)).rejects.toThrow('append-only');
    await expect(sql`delete from ledger`.execute(db)).rejects.toThrow('append-only');
  });
});
