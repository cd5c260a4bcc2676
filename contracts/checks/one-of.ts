import { z } from 'zod';
import { listOf } from '../bounded.js';
import { unionByType } from '../chosen-union.js';
import { fractionOf } from '../primitives/share.js';
import { ColumnName } from '../units.js';
import { literal } from '../sql-text.js';
import { defineCheck } from './define-check.js';
import { allow, onFail, source } from './fields.js';
import { isString } from '../sql-types.js';
import { comparable, writtenNumber } from './comparable.js';
import { column } from './sql.js';

type Value = string | number | boolean;

/** Listed values that are shown in a message. */
const SHOWN = 20;

const shown = (values: readonly Value[]): string =>
  values.length <= SHOWN
    ? values.join(', ')
    : `${values.slice(0, SHOWN).join(', ')} and ${values.length - SHOWN} more`;

/**
 * SQL condition of a value that is not on the list. In a text column, texts are compared as texts and numbers by value. In
 * a column of another type every listed value is read as that type. NaN is on no list.
 */
function unlisted(name: string, type: string | undefined, values: readonly Value[]): string {
  const value = column(name);
  // Thousands of constants in the statement itself take seconds to plan.
  const outside = (key: string, list: readonly Value[], written: string): string[] =>
    list.length === 0
      ? []
      : [
          `coalesce((${key}) NOT IN (SELECT ${written} FROM unnest([${list.map((each) => literal(String(each))).join(', ')}]) AS listed(each)), true)`,
        ];
  const listed = { sql: 'each', type: 'VARCHAR' };
  const [key, written] = comparable({ sql: value, type }, listed);
  const conditions =
    type === undefined || isString(type)
      ? [
          ...outside(
            `${value}::VARCHAR`,
            values.filter((each) => typeof each !== 'number'),
            'each',
          ),
          ...outside(
            writtenNumber(`${value}::VARCHAR`),
            values.filter((each) => typeof each === 'number'),
            writtenNumber('each'),
          ),
        ]
      : outside(key, values, written);
  return [`${value} IS NOT NULL`, ...conditions].join(' AND ');
}

export const oneOf = defineCheck({
  name: 'oneOf',
  scope: 'row',
  summary: 'Values of a column are on a list.',
  rule: 'Every value is on the list, compared by value whatever the types; NaN is on no list; nulls are not judged.',
  form: z.strictObject({
    oneOf: z
      .strictObject({
        column: ColumnName.describe('Column of few values.'),
        values: listOf(
          unionByType(['string', 'number', 'boolean'], [z.string(), z.number(), z.boolean()]),
          10_000,
          'Allowed values.',
          1,
        ),
      })
      .describe('Values of a column are on a list; nulls are not judged.'),
    allow,
    source,
    onFail,
  }),
  rules: (check, of, types) => {
    const { column: name, values } = check.oneOf;
    return [
      {
        check: `oneOf(${name})`,
        columns: [name],
        fault: `have a ${name} other than ${shown(values)}`,
        allowed: fractionOf(check.allow),
        counting: { by: 'value', fails: unlisted(name, types[of]?.[name], values) },
      },
    ];
  },
});
