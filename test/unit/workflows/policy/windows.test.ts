import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { planWindows } from '../../../../workflows/policy/windows.js';

const DAY_MS = 86_400_000;
const asOf = '2001-02-01T00:00:00.000Z';
const split = { by: 'time' as const, train: '24d', validation: '4d', test: '7d' };
const ms = Date.parse;

describe('windows of a lifecycle', () => {
  it('ends test at asOf, trains before it and reads the lookback before that', () => {
    expect(planWindows({ asOf, split, lookback: '1d', history: null })).toEqual({
      asOf,
      read: { from: '2000-12-31T00:00:00.000Z', to: asOf },
      rows: { from: '2001-01-01T00:00:00.000Z', to: asOf },
      train: { from: '2001-01-01T00:00:00.000Z', to: '2001-01-25T00:00:00.000Z' },
      validation: { from: '2001-01-21T00:00:00.000Z', to: '2001-01-25T00:00:00.000Z' },
      test: { from: '2001-01-25T00:00:00.000Z', to: asOf },
    });
  });

  it('lets history lengthen train and leave test alone', () => {
    const { rows, test } = planWindows({ asOf, split, lookback: '1d', history: '56d' });

    expect(ms(rows.to) - ms(rows.from)).toBe(56 * DAY_MS);
    expect(ms(test.to) - ms(test.from)).toBe(7 * DAY_MS);
  });

  it('refuses a history or a train span that leaves nothing to train on, naming it', () => {
    expect(() => planWindows({ asOf, split, lookback: '1d', history: '11d' })).toThrow(
      /history 11d leaves nothing to train on beside split\.validation 4d and split\.test 7d/,
    );
    expect(() =>
      planWindows({ asOf, split: { ...split, train: '4d' }, lookback: '1d', history: null }),
    ).toThrow(/split\.train 4d leaves nothing to train on/);
  });

  it('keeps its laws for every split, lookback and history', () => {
    const hours = fc.integer({ min: 1, max: 2_000 });
    fc.assert(
      fc.property(
        fc.date({ min: new Date('1980-01-01'), max: new Date('2090-01-01'), noInvalidDate: true }),
        hours,
        hours,
        hours,
        hours,
        fc.option(hours),
        (at, search, validation, test, lookback, extra) => {
          const windows = planWindows({
            asOf: at.toISOString(),
            split: {
              by: 'time',
              train: `${search + validation}h`,
              validation: `${validation}h`,
              test: `${test}h`,
            },
            lookback: `${lookback}h`,
            history: extra === null ? null : `${test + validation + extra}h`,
          });
          const { read, rows, train, validation: held, test: last } = windows;
          for (const range of [read, rows, train, held, last])
            expect(ms(range.from)).toBeLessThan(ms(range.to));
          expect([read.to, rows.to, last.to]).toEqual([windows.asOf, windows.asOf, windows.asOf]);
          expect([rows.from, train.to, held.to]).toEqual([train.from, last.from, train.to]);
          expect(ms(held.from)).toBeGreaterThan(ms(train.from));
          expect(ms(rows.from) - ms(read.from)).toBe(lookback * 3_600_000);
          expect(ms(last.to) - ms(last.from)).toBe(test * 3_600_000);
        },
      ),
    );
  });
});
