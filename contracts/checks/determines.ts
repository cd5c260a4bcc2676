import { z } from 'zod';
import { listOf } from '../bounded.js';
import { fractionOf } from '../primitives/share.js';
import { ColumnName } from '../units.js';
import { quoted } from '../sql-text.js';
import { defineCheck } from './define-check.js';
import { allow, onFail, source } from './fields.js';
import type { Dependency } from './row-rule.js';
import { isFloat } from '../sql-types.js';
import { column, isMissing } from './sql.js';

/** SQL condition of a value that is not missing. */
export const isKnown = (name: string, { floats }: Dependency): string =>
  `NOT (${isMissing(name, floats.includes(name) ? 'DOUBLE' : undefined)})`;

/**
 * SQL condition of rows whose key has several values of the column. Rows with a missing value in the key or the column
 * are ignored.
 */
function ambiguous(of: string, dependency: Dependency): string {
  const { columns, column: name } = dependency;
  const key = columns.map(column).join(', ');
  const complete = [...columns, name].map((each) => isKnown(each, dependency)).join(' AND ');
  const keys = `SELECT ${columns.length === 1 ? key : `(${key})`} FROM ${quoted(of)} AS s WHERE ${complete}
    GROUP BY ${key} HAVING min(${column(name)}) <> max(${column(name)})`;
  return `(${key}) IN (${keys})`;
}

export const determines = defineCheck({
  name: 'determines',
  scope: 'row',
  summary: 'Equal values of some columns mean an equal value of another.',
  rule: 'All rows with the same values of `columns` have the same value of `column`; rows with a null or NaN in one of them are not judged.',
  form: z.strictObject({
    determines: z
      .strictObject({
        columns: listOf(ColumnName, 100, 'Columns whose values together decide.', 1),
        column: ColumnName.describe('Column that has one value for each combination.'),
      })
      .describe('Equal values of some columns mean an equal value of another; nulls are not judged.'),
    allow,
    source,
    onFail,
  }),
  rules: (check, of, types) => {
    const { columns, column: name } = check.determines;
    const floats = [...columns, name].filter((each) => isFloat(types[of]?.[each]));
    const dependency = { ...check.determines, floats };
    return [
      {
        check: `determines(${columns.join(', ')} → ${name})`,
        columns: [...columns, name],
        fault: `share the ${columns.join(', ')} of another with a different ${name}`,
        allowed: fractionOf(check.allow),
        counting: {
          by: 'dependency',
          dependency,
          fails: ambiguous(of, dependency),
        },
      },
    ];
  },
});
