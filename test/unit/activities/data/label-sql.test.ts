import { tmpdir } from 'node:os';
import { describe, expect, it } from 'vitest';
import { labelsOf } from '../../../../activities/data/label-sql.js';
import type { Problem } from '../../../../contracts/problems/index.js';
import { openSqlEngine } from '../../../../infra/adapters/duckdb/sql-engine.js';

const classification = (...classes: string[]): Problem => ({ type: 'multiclass-classification', classes });

/** Each value of a column of this type as its label, and whether it lies outside. */
async function read(problem: Problem, type: string, values: string): Promise<[unknown, unknown][]> {
  const { encoded, outside } = labelsOf(problem, 'y', type);
  const rows = await openSqlEngine().session(
    { folder: tmpdir(), signal: new AbortController().signal },
    (session) =>
      session.rows(
        `select ${encoded} as label, ${outside} as outside from (select unnest([${values}])::${type} as y) as s`,
      ),
  );
  return rows.map(({ label, outside: out }) => [label, out]);
}

describe('labels of several classes', () => {
  it('in whole numbers are indices where classes have names', async () => {
    expect(await read(classification('low', 'middle', 'high'), 'INTEGER', '0, 2, 3')).toEqual([
      [0, false],
      [2, false],
      [null, true],
    ]);
  });

  it('in whole numbers are names where a class is called by a number, as in texts', async () => {
    const grades = classification('3', '2', '1');
    const expected = [
      [0, false],
      [2, false],
      [null, true],
    ];
    expect(await read(grades, 'BIGINT', '3, 1, 0')).toEqual(expected);
    expect(await read(grades, 'VARCHAR', "'3', '1', '0'")).toEqual(expected);
    expect(await read(classification('1', '2', 'none'), 'UTINYINT', '1, 2, 0')).toEqual([
      [0, false],
      [1, false],
      [null, true],
    ]);
  });

  it.each(['INTERVAL', 'INTEGER[]', 'VARCHAR[]', 'DOUBLE', 'STRUCT(a INTEGER)'])(
    'do not fit a column of %s',
    (type) => {
      expect(labelsOf(classification('a', 'b', 'c'), 'y', type).fits).toBe(false);
    },
  );
});

it.each(['DOUBLE[]', 'INTEGER[]', 'DECIMAL(18,3)[]', 'INTERVAL'])(
  'no label of numbers fits a column of %s',
  (type) => {
    for (const problem of [{ type: 'regression' }, { type: 'binary-classification' }] as const)
      expect(labelsOf(problem, 'y', type).fits).toBe(false);
  },
);

it.each(['DOUBLE', 'DECIMAL(18,3)', 'UBIGINT', 'HUGEINT', 'FLOAT'])(
  'a label of numbers fits a column of %s',
  (type) => {
    expect(labelsOf({ type: 'regression' }, 'y', type).fits).toBe(true);
  },
);
