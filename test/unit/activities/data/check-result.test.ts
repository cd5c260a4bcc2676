import { describe, expect, it } from 'vitest';
import { resultsOf, rowResult } from '../../../../activities/data/check-result.js';
import { rowChecks } from '../../../../activities/data/row-checks.js';
import { Data } from '../../../../contracts/spec/data.js';

const sources = { flights: { parquet: 'f.parquet', time: 'ts' }, airports: { csv: 'a.csv' } };
const checksOf = (...checks: unknown[]) => rowChecks({ sources, checks: Data.shape.checks.parse(checks) });

describe('the result of a row check', () => {
  const [check] = checksOf({ notNull: ['delay'], allow: '10%' });

  it('carries the id and the kind of the check', () => {
    expect(rowResult(check!, 0, 100)).toMatchObject({
      id: 'notNull(delay)@flights',
      kind: 'notNull',
      check: 'notNull(delay)',
    });
  });

  it.each([
    [10, 'pass'],
    [11, 'fail'],
  ])('of %s failing rows in a hundred, ten being allowed, is %s', (failing, verdict) => {
    expect(rowResult(check!, failing, 100).verdict).toBe(verdict);
  });

  it('of a count that is missing is a failure', () => {
    expect(rowResult(check!, NaN, 100).verdict).toBe('fail');
  });

  it('sets rows aside up to a twentieth of a source, and fails beyond', () => {
    const [aside] = checksOf({ notNull: ['delay'], onFail: 'quarantine' });
    expect(rowResult(aside!, 5, 100).verdict).toBe('quarantine');
    expect(rowResult(aside!, 6, 100).verdict).toBe('fail');
  });
});

it('a check of a whole source stops where it would set rows aside', () => {
  const judged = { kind: 'rows', check: 'rows(flights)', source: 'flights', rows: 1, message: '' };
  expect(resultsOf([{ ...judged, ok: false, onFail: 'quarantine' }])[0]?.verdict).toBe('fail');
});
