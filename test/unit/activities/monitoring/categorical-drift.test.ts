import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { categoricalDrift, named } from '../../../../activities/monitoring/categorical-drift.js';
import type { ValueCounts } from '../../../../activities/monitoring/request-log.js';
import type { CategoricalReference } from '../../../../contracts/evaluation.js';

const reference: CategoricalReference = {
  column: 'origin',
  kind: 'categorical',
  values: [
    { value: 'ORD', share: 0.6 },
    { value: 'SFO', share: 0.395 },
    { value: 'XNA', share: 0.005 },
  ],
  other: 0,
  missing: 0,
  threshold: 0.1,
};
const counts = (known: number[], unlistedValues: [string, number][] = [], missing = 0): ValueCounts => ({
  known,
  missing,
  unlisted: unlistedValues.reduce((sum, [, rows]) => sum + rows, 0),
  unlistedValues: unlistedValues.map(([value, rows]) => ({ value, rows })),
});

describe('drift of a text column', () => {
  it('is zero for the shares of the reference, in a window of any size', () => {
    const drift = categoricalDrift(reference, counts([1_200, 790, 10]), 0.01);
    expect(drift).toEqual({
      psi: expect.closeTo(0, 12) as number,
      exceeded: false,
      values: { new: [], vanished: [] },
    });
  });

  it('is the PSI over values, others and nulls, and exceeds above the threshold', () => {
    const drift = categoricalDrift(reference, counts([395, 600, 5]), 0.01);
    expect(drift.psi).toBeCloseTo(2 * 0.205 * Math.log(0.6 / 0.395), 12);
    expect(drift.exceeded).toBe(true);
    expect(categoricalDrift(reference, counts([550, 445, 5]), 0.01).exceeded).toBe(false);
    expect(categoricalDrift(reference, counts([480, 316, 4], [], 200), 0.01).exceeded).toBe(true);
  });

  it('names a new value with its share, which alone exceeds from the given share on', () => {
    const drift = categoricalDrift(reference, counts([594, 391, 5], [['XYZ', 10]]), 0.01);
    expect(drift.values.new).toEqual([{ value: 'XYZ', share: 0.01 }]);
    expect(drift.psi).toBeLessThan(reference.threshold);
    expect(drift.exceeded).toBe(true);
    expect(categoricalDrift(reference, counts([594, 391, 6], [['XYZ', 9]]), 0.01).exceeded).toBe(false);
  });

  it('names a vanished value that was common, and not one that was rare', () => {
    const drift = categoricalDrift(reference, counts([1_000, 0, 0]), 0.01);
    expect(drift.values.vanished).toEqual([{ value: 'SFO', share: 0.395 }]);
  });

  it('takes an unlisted value for new only when it is more common than all unlisted ones were', () => {
    const cut = { ...reference, values: reference.values.slice(0, 2), other: 0.005 };
    const drift = categoricalDrift(
      cut,
      counts(
        [596, 395],
        [
          ['XYZ', 6],
          ['XNA', 3],
        ],
      ),
      0.001,
    );
    expect(drift.values.new).toEqual([{ value: 'XYZ', share: 0.006 }]);
  });

  it('is zero in an empty window', () => {
    expect(categoricalDrift(reference, counts([0, 0, 0]), 0.01).values).toEqual({ new: [], vanished: [] });
  });

  it('never names a value as new that the reference lists', () => {
    fc.assert(
      fc.property(fc.tuple(fc.nat(99), fc.nat(99), fc.nat(99)), fc.nat(99), (known, fresh) => {
        const { values } = categoricalDrift(
          reference,
          counts(known, fresh > 0 ? [['NEW', fresh]] : []),
          0.01,
        );
        expect(values.new.every(({ value }) => value === 'NEW')).toBe(true);
        expect(values.vanished.every(({ value }) => value !== 'NEW')).toBe(true);
      }),
    );
  });
});

describe('the values that a result names', () => {
  it('are cut to their beginning, new and vanished ones', () => {
    const long = 'x'.repeat(3_000_000);
    const old = { ...reference, values: [{ value: long, share: 1 }] };
    const { values } = categoricalDrift(old, counts([0], [[`y${long}`, 10]]), 0.01);
    expect(values.new[0]?.value).toHaveLength(100);
    expect(values.vanished[0]?.value).toHaveLength(100);
  });

  it('are a hundred of all columns, those over their threshold first', () => {
    const some = (n: number) => ({
      new: Array.from({ length: n }, (_, i) => ({ value: `${i}`, share: 0.1 })),
      vanished: [],
    });
    const columns = Object.fromEntries(Array.from({ length: 50 }, (_, n) => [`c${n}`, some(20)]));
    const told = named(columns, ['c49']);
    expect(Object.keys(told)).toEqual(['c49', 'c0', 'c1', 'c2', 'c3']);
    expect(Object.values(told).flatMap((one) => one.new)).toHaveLength(100);
    expect(named({ c: some(0) }, [])).toEqual({});
  });
});
