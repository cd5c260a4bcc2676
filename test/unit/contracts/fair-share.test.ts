import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type PoolJob, type PoolLimits, type PoolWait, nextInLine } from '../../../contracts/fair-share.js';

const limits = (change: Partial<PoolLimits> = {}): PoolLimits => ({
  gpus: null,
  jobs: 1,
  weights: {},
  ...change,
});
const wait = (id: string, change: Partial<PoolWait> = {}): PoolWait => ({
  id,
  team: 'a',
  gpus: 0,
  priority: 3,
  sinceMs: 0,
  ...change,
});
const ids = (chosen: PoolWait[]) => chosen.map(({ id }) => id);

describe('the next job of a pool', () => {
  it('is chosen by what its team holds for its weight, then by what the team used, then by priority, then by age', () => {
    const holds: PoolJob[] = [{ id: 'r', team: 'a', gpus: 0 }];
    const two = limits({ jobs: 2 });
    expect(ids(nextInLine(two, holds, {}, [wait('1'), wait('2', { team: 'b' })]))).toEqual(['2']);
    const heavy = limits({ jobs: 3, weights: { a: 4 } });
    const holdsMore: PoolJob[] = [...holds, { id: 's', team: 'b', gpus: 0 }];
    expect(ids(nextInLine(heavy, holdsMore, {}, [wait('2', { team: 'b' }), wait('1')]))).toEqual(['1']);
    expect(ids(nextInLine(limits(), [], { a: 9 }, [wait('1'), wait('2', { team: 'b' })]))).toEqual(['2']);
    expect(ids(nextInLine(limits(), [], {}, [wait('1'), wait('2', { priority: 5 })]))).toEqual(['2']);
    expect(ids(nextInLine(limits(), [], {}, [wait('1', { sinceMs: 9 }), wait('2')]))).toEqual(['2']);
  });

  it('is not overtaken by a smaller job, and a job that can never fit blocks no other', () => {
    const four = limits({ gpus: 4, jobs: null });
    const busy: PoolJob[] = [{ id: 'r', team: 'b', gpus: 2 }];
    const line = [wait('big', { gpus: 3 }), wait('small', { gpus: 1, sinceMs: 1 })];
    expect(nextInLine(four, busy, {}, line)).toEqual([]);
    expect(ids(nextInLine(four, [], {}, line))).toEqual(['big', 'small']);
    expect(ids(nextInLine(four, busy, {}, [wait('never', { gpus: 9 }), wait('small', { gpus: 1 })]))).toEqual(
      ['small'],
    );
  });

  it('never exceeds the limits, and leaves no slot free for a job of one slot that waits', () => {
    const team = fc.constantFrom('a', 'b', 'c');
    const gpus = fc.integer({ min: 0, max: 3 });
    const jobs = fc.array(fc.record({ team, gpus }), { maxLength: 8 });
    const waits = fc.array(
      fc.record({ team, gpus, priority: fc.integer({ min: 1, max: 5 }), sinceMs: fc.nat() }),
      {
        maxLength: 12,
      },
    );
    const pool = fc.record({ gpus: fc.integer({ min: 0, max: 8 }), jobs: fc.integer({ min: 1, max: 8 }) });
    const sum = (all: { gpus: number }[]) => all.reduce((total, job) => total + job.gpus, 0);
    fc.assert(
      fc.property(pool, jobs, waits, (declared, held, asked) => {
        const running = held
          .filter((_, index) => index < declared.jobs && sum(held.slice(0, index + 1)) <= declared.gpus)
          .map((job, index) => ({ ...job, id: `r${index}` }));
        const waiting = asked.map((job, index) => ({ ...job, id: `w${index}` }));
        const chosen = nextInLine({ ...declared, weights: { a: 2 } }, running, {}, waiting);
        expect(sum(running) + sum(chosen)).toBeLessThanOrEqual(declared.gpus);
        expect(running.length + chosen.length).toBeLessThanOrEqual(declared.jobs);
        const idle = waiting.every((job) => job.gpus === 0) && chosen.length < waiting.length;
        if (idle) expect(running.length + chosen.length).toBe(declared.jobs);
      }),
    );
  });
});
