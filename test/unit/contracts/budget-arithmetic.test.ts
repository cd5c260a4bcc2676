import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  NOTHING,
  costOf,
  inHours,
  roomFor,
  leftOf,
  limitsOf,
  minus,
  plus,
  proposal,
  say,
} from '../../../contracts/budget-arithmetic.js';
import type { AccountFigures, Amount, Limits } from '../../../contracts/budget.js';

const rate = fc.record({
  gpus: fc.integer({ min: 0, max: 64 }),
  cpus: fc.integer({ min: 1, max: 512 }),
  gpuHourMicros: fc.integer({ min: 0, max: 50_000_000 }),
  cpuHourMicros: fc.integer({ min: 0, max: 1_000_000 }),
});
const ms = fc.integer({ min: 0, max: 30 * 86_400_000 });
const limits = fc.record({
  gpuMs: fc.option(fc.integer({ min: 0, max: 1e11 })),
  cpuMs: fc.option(fc.integer({ min: 0, max: 1e11 })),
  moneyMicros: fc.option(fc.integer({ min: 0, max: 1e11 })),
});
const account = (limit: Limits, settled: Amount = NOTHING, reserved: Amount = NOTHING): AccountFigures => ({
  account: 'team',
  generation: 1,
  limits: limit,
  settled,
  reserved,
});
const within = (limit: Limits, used: Amount): boolean =>
  (Object.keys(used) as (keyof Amount)[]).every((kind) => used[kind] <= (limit[kind] ?? Infinity));

describe('the cost of an attempt', () => {
  it('is its resources times the time that it holds them, by the price of the hour', () => {
    const h100 = { gpus: 2, cpus: 8, gpuHourMicros: 3_000_000, cpuHourMicros: 50_000 };
    expect(costOf(h100, 1_800_000)).toEqual({
      gpuMs: 3_600_000,
      cpuMs: 14_400_000,
      moneyMicros: 3_200_000,
    });
    expect(costOf(h100, -5)).toEqual(NOTHING);
  });

  it('is never more than its reservation, when it ends within the time that was reserved', () => {
    fc.assert(
      fc.property(rate, ms, ms, (held, a, b) => {
        const [taken, reserved] = [Math.min(a, b), Math.max(a, b)];
        const left = minus(costOf(held, reserved), costOf(held, taken));
        expect(Math.min(left.gpuMs, left.cpuMs, left.moneyMicros)).toBeGreaterThanOrEqual(0);
      }),
    );
  });
});

describe('an account', () => {
  it('is never overspent by reservations that fit and settle for no more than they reserved', () => {
    const step = fc.record({ held: rate, reservedMs: ms, share: fc.double({ min: 0, max: 1, noNaN: true }) });
    fc.assert(
      fc.property(limits, fc.array(step, { maxLength: 30 }), (limit, steps) => {
        let figures = account(limit);
        const open: { wanted: Amount; actual: Amount }[] = [];
        for (const { held, reservedMs, share } of steps) {
          const wanted = costOf(held, reservedMs);
          if (roomFor(figures, wanted).kind === 'fits') {
            figures = { ...figures, reserved: plus(figures.reserved, wanted) };
            open.push({ wanted, actual: costOf(held, reservedMs * share) });
          } else {
            const ended = open.shift();
            if (ended)
              figures = {
                ...figures,
                reserved: minus(figures.reserved, ended.wanted),
                settled: plus(figures.settled, ended.actual),
              };
          }
          expect(within(limit, plus(figures.settled, figures.reserved))).toBe(true);
        }
      }),
    );
  });

  it('distinguishes an exhausted account from one that has room after others settle', () => {
    const limit = limitsOf({ cpuHours: 2 });
    const hour = { ...NOTHING, cpuMs: 3_600_000 };
    expect(roomFor(account(limit), hour)).toEqual({ kind: 'fits' });
    expect(roomFor(account(limit, NOTHING, plus(hour, hour)), hour)).toEqual({ kind: 'reserved' });
    expect(roomFor(account(limit, plus(hour, hour)), hour)).toEqual({
      kind: 'exhausted',
      lacking: ['cpuMs'],
    });
  });

  it('with a limit of 0 admits work that does not need this resource', () => {
    const limit = limitsOf({ gpuHours: 0 });
    expect(roomFor(account(limit), { ...NOTHING, cpuMs: 9 })).toEqual({ kind: 'fits' });
    expect(roomFor(account(limit), { ...NOTHING, gpuMs: 1 })).toEqual({
      kind: 'exhausted',
      lacking: ['gpuMs'],
    });
  });

  it('is extended by its first limit, and at least by the amount of the waiting jobs', () => {
    const limit = limitsOf({ cpuHours: 2, gpuHours: 1 });
    const hour = { ...NOTHING, cpuMs: 3_600_000 };
    const used = account(limit, plus(hour, hour));
    expect(inHours(proposal(used, limit, hour).limits)).toEqual({ cpuHours: 4, gpuHours: 1, money: null });
    const much = { ...NOTHING, cpuMs: 36_000_000 };
    expect(inHours(proposal(used, limit, much).limits)).toEqual({ cpuHours: 12, gpuHours: 1, money: null });
  });

  it('admits the jobs that it was extended for, whatever the figures', () => {
    fc.assert(
      fc.property(limits, limits, rate, rate, ms, ms, (limit, first, held, asked, spentMs, wantedMs) => {
        const figures = account(limit, costOf(held, spentMs));
        const wanted = costOf(asked, wantedMs);
        const extended = { ...figures, limits: proposal(figures, first, wanted).limits };
        expect(roomFor(extended, wanted)).toEqual({ kind: 'fits' });
      }),
    );
  });

  it('shows what is left, and words with their unit', () => {
    const figures = account(limitsOf({ gpuHours: 2, money: 10 }), { ...NOTHING, gpuMs: 1_800_000 });
    expect(inHours(leftOf(figures))).toEqual({ gpuHours: 1.5, cpuHours: null, money: 10 });
    expect(say(leftOf(figures))).toBe('1.500 GPU-hours, 10.00 money');
    expect(say(NOTHING)).toBe('nothing');
    expect(say(NOTHING, figures.limits)).toBe('0.000 GPU-hours, 0.00 money');
  });
});
