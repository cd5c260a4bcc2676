import { describe, expect, it } from 'vitest';
import { CLOCK_BOUND_MS, aheadOf, judgeClock } from '../../../contracts/clock.js';

const HOUR = 3_600_000;
const readings = (database: number, store: number) => [
  { server: 'PostgreSQL', aheadMs: database },
  { server: 'the object store', aheadMs: store },
];

describe('judgeClock', () => {
  it('takes differences up to the bound for right', () => {
    expect(judgeClock(readings(CLOCK_BOUND_MS, -CLOCK_BOUND_MS))).toEqual({ kind: 'right' });
  });

  it('proves nothing without an answer', () => {
    expect(judgeClock([])).toEqual({ kind: 'right' });
  });

  it.each([HOUR, -HOUR])('blames the process when all servers agree: %i', (ms) => {
    const verdict = judgeClock(readings(ms, ms + 900));
    expect(verdict).toMatchObject({ kind: 'off', aheadMs: ms });
  });

  it('blames the process when the only server that answers says so', () => {
    expect(judgeClock(readings(HOUR, HOUR).slice(0, 1))).toMatchObject({ kind: 'off' });
  });

  it.each([
    [HOUR, 0],
    [HOUR, -HOUR],
    [0, HOUR],
  ])('blames a server when they contradict one another: %i, %i', (database, store) => {
    expect(judgeClock(readings(database, store))).toMatchObject({ kind: 'split' });
  });
});

it.each([
  [HOUR, '1 hour ahead of PostgreSQL'],
  [HOUR - 86, '1 hour ahead of PostgreSQL'],
  [-1.5 * HOUR, '1.5 hours behind PostgreSQL'],
  [90_000, '1.5 minutes ahead of PostgreSQL'],
  [-48 * HOUR, '2 days behind PostgreSQL'],
])('says a difference in words: %d ms', (aheadMs, words) => {
  expect(aheadOf({ server: 'PostgreSQL', aheadMs })).toBe(words);
});
