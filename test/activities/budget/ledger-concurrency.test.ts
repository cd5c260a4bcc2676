import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
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

describe('the ledger', () => {
  it('never overspends, with 20 concurrent writers that crash, repeat themselves and cancel; and balances', async () => {
    const account = await bench.anAccount({ cpuHours: 6 });
    const limit = (await bench.figuresOf(account)).limits.cpuMs!;
    let over = 0;
    let looks = 0;
    let watching = true;
    const watch = (async () => {
      while (watching) {
        const { settled, reserved } = await bench.figuresOf(account);
        if (settled.cpuMs + reserved.cpuMs > limit) over += 1;
        looks += 1;
        await sleep(5);
      }
    })();
    const counted = { ran: 0, refused: 0, cancelled: 0, crashed: 0 };
    let dice = 7;
    const roll = (sides: number): number => (dice = (dice * 48_271) % 2_147_483_647) % sides;

    async function writer(): Promise<void> {
      const run = aRun();
      for (let trial = 0; trial < 15; trial += 1) {
        const job = aJob(run, trial);
        const wanted = demand(shared(account));
        // Several deliveries of one activity at once, as after a lost answer.
        const deliveries = Array.from({ length: 1 + roll(3) }, () => jobs.ledger.admit(job, wanted));
        const answers = await Promise.all(deliveries);
        const kinds = new Set(answers.map(({ kind }) => kind));
        if (!kinds.has('admitted')) {
          counted.refused += 1;
          await sleep(roll(20));
          continue;
        }
        if (roll(4) === 0) {
          counted.crashed += 1;
          await jobs.ledger.admit(job, wanted);
        }
        await sleep(roll(10));
        if (roll(5) === 0) {
          counted.cancelled += 1;
          await bench.change(job.jobKey, { state: 'cancelling' });
          await Promise.all([bench.end(job.jobKey, 0, 'cancelled'), bench.end(job.jobKey, 0, 'cancelled')]);
        } else {
          counted.ran += 1;
          const seconds = 60 + roll(3_000);
          await Promise.all(Array.from({ length: 1 + roll(2) }, () => bench.end(job.jobKey, seconds)));
        }
      }
    }
    await Promise.all(Array.from({ length: 20 }, writer));
    watching = false;
    await watch;

    expect(over).toBe(0);
    expect(looks).toBeGreaterThan(10);
    expect(counted.ran).toBeGreaterThan(5);
    expect(counted.refused).toBeGreaterThan(5);
    expect(counted.cancelled).toBeGreaterThan(0);
    const { settled, reserved } = await bench.figuresOf(account);
    expect(reserved.cpuMs).toBe(0);
    expect(settled.cpuMs).toBeLessThanOrEqual(limit);
    const report = await balance(db);
    expect(report.faults).toEqual([]);
    expect(report.attempts).toBeGreaterThan(counted.ran);
  }, 120_000);
});
