import { DuckDBInstance } from '@duckdb/node-api';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { binCount, binSql } from '../../../../activities/drift/bins.js';
import { psi, shares } from '../../../../activities/drift/psi.js';
import { driftThreshold } from '../../../../activities/drift/threshold.js';

const counts = fc.array(fc.integer({ min: 1, max: 1_000 }), { minLength: 4, maxLength: 4 });
const DRIFT = { floor: 0.1, resampledUnits: 7, quantile: 0.999 };

describe('the population stability index', () => {
  it('is 0 for equal shares, and the textbook figure for others', () => {
    expect(psi([0.25, 0.75], [0.25, 0.75])).toBe(0);
    // (0.3 − 0.2) ln(0.3 / 0.2) + (0.7 − 0.8) ln(0.7 / 0.8)
    expect(psi([0.2, 0.8], [0.3, 0.7])).toBeCloseTo(0.1 * Math.log(1.5) - 0.1 * Math.log(0.875), 12);
  });

  it('is never negative and does not mind which side is the reference', () => {
    fc.assert(
      fc.property(counts, counts, (a, b) => {
        expect(psi(shares(a), shares(b))).toBeGreaterThanOrEqual(0);
        expect(psi(shares(a), shares(b))).toBeCloseTo(psi(shares(b), shares(a)), 12);
      }),
    );
  });

  it('stays finite when a bin is empty', () => {
    expect(psi([0.5, 0.5, 0], [0, 0.5, 0.5])).toBeCloseTo(2 * (0.5 - 1e-4) * Math.log(5_000), 9);
  });

  it('refuses bins that do not match instead of comparing some of them', () => {
    expect(() => psi([0.5, 0.5], [1])).toThrow(/reference has 2, current 1/);
  });
});

describe('the drift threshold', () => {
  const day = (share: number): Float64Array => Float64Array.of(1_000 * share, 1_000 * (1 - share));

  it('is the floor when every day looks alike', () => {
    expect(
      driftThreshold(
        Array.from({ length: 24 }, () => day(0.3)),
        DRIFT,
        1,
      ),
    ).toBe(0.1);
  });

  it('rises with the differences between days, which rows alone would not show', () => {
    const days = Array.from({ length: 24 }, (_, n) => day(n % 2 === 0 ? 0.1 : 0.9));

    expect(driftThreshold(days, DRIFT, 1)).toBeGreaterThan(0.5);
  });

  it('is the same for the same seed', () => {
    const days = Array.from({ length: 10 }, (_, n) => day(0.1 + 0.08 * n));

    expect(driftThreshold(days, DRIFT, 5)).toBe(driftThreshold(days, DRIFT, 5));
  });
});

describe('the bins of a column', () => {
  it('count the edges below a value, with one more bin for nulls and NaN', async () => {
    const connection = await (await DuckDBInstance.create(':memory:')).connect();
    const edges = [0.1, 0.5];
    const result = await connection.run(
      `select ${binSql('x', edges)} from (values (0.05::double), (0.1), (0.1::float), (0.3), (0.5), (9), (null), ('nan'::double)) t(x)`,
    );

    expect((await result.getColumnsJS())[0]).toEqual([0, 0, 0, 1, 1, 2, 3, 3]);
    expect(binCount(edges)).toBe(4);
    connection.closeSync();
  });
});
