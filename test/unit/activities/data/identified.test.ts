import { describe, expect, it } from 'vitest';
import { identified } from '../../../../activities/data/identified.js';
import { rowChecks } from '../../../../activities/data/row-checks.js';
import { Data } from '../../../../contracts/spec/data.js';

const sources = { flights: { parquet: 'f.parquet', time: 'ts' }, airports: { csv: 'a.csv' } };
const checksOf = (...checks: unknown[]) => rowChecks({ sources, checks: Data.shape.checks.parse(checks) });

describe('the id of a check', () => {
  it('is its name and source, and numbered when both are equal', () => {
    const ids = checksOf(
      { notNull: ['delay'] },
      { notNull: ['delay'], onFail: 'warn' },
      { notNull: ['delay'], source: 'airports' },
      { range: { column: 'delay', min: 0 } },
    ).map(({ id }) => id);
    expect(ids).toEqual([
      'notNull(delay)@flights',
      'notNull(delay)@flights#2',
      'notNull(delay)@airports',
      'range(delay)@flights',
      'time(flights.ts)@flights',
    ]);
  });

  it('does not change when a check of another name is added before it', () => {
    const check = { check: 'rows(a)', source: 'a' };
    const [alone] = identified([check]);
    expect(identified([{ check: 'fresh(a)', source: 'a' }, check])[1]?.id).toBe(alone?.id);
  });
});
