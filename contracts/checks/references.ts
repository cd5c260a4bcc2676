import { z } from 'zod';
import { Fraction, fractionOf } from '../primitives/share.js';
import { ColumnName } from '../units.js';
import { quoted } from '../sql-text.js';
import { defineCheck } from './define-check.js';
import { onFail, source } from './fields.js';
import { comparable } from './comparable.js';
import { column } from './sql.js';

/** Source and column of `source.column`. The column may hold dots, the source may not. */
function targetOf(to: string): { source: string; column: string } {
  const dot = to.indexOf('.');
  return { source: to.slice(0, dot), column: to.slice(dot + 1) };
}

export const references = defineCheck({
  name: 'references',
  scope: 'row',
  summary: 'Values of a column are found in another source.',
  rule: 'At least the share `coverage` of all rows has a value that equals one of the other column, whatever the types of the two; nulls and NaN are not judged.',
  form: z.strictObject({
    references: z
      .strictObject({
        column: ColumnName.describe('Column with the reference.'),
        to: z
          .string()
          .regex(/^[A-Za-z_][A-Za-z0-9_]*\.[^\p{Cc}\p{Cs}]+$/u, 'source.column')
          .describe('Where the value must be found.'),
      })
      .describe('Values of a column are found in another source.'),
    coverage: Fraction.default(1).describe('Share of rows that must be found.'),
    source,
    onFail,
  }),
  faults: ({ references: { to } }, sources) =>
    sources.includes(targetOf(to).source)
      ? []
      : [
          {
            path: ['references', 'to'],
            message: `"${to}" names no source`,
            remedy: `Declared sources: ${sources.join(', ')}.`,
          },
        ],
  rules: (check, of, types) => {
    const { column: name, to } = check.references;
    const { source: other, column: target } = targetOf(to);
    const [value, wanted] = comparable(
      { sql: column(name), type: types[of]?.[name] },
      { sql: quoted(target), type: types[other]?.[target] },
    );
    const found = `SELECT ${wanted} FROM ${quoted(other)} WHERE (${wanted}) IS NOT NULL`;
    return [
      {
        check: `references(${name} → ${to})`,
        columns: [name],
        fault: `have a ${name} that is not in ${to}`,
        allowed: 1 - fractionOf(check.coverage),
        counting: {
          by: 'value',
          fails: `(${value}) IS NOT NULL AND (${value}) NOT IN (${found})`,
        },
        reference: { source: other, column: target },
      },
    ];
  },
});
