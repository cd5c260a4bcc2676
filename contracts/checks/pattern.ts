import { z } from 'zod';
import { fractionOf } from '../primitives/share.js';
import { ColumnName } from '../units.js';
import { literal } from '../sql-text.js';
import { defineCheck } from './define-check.js';
import { allow, onFail, source } from './fields.js';
import { regexFault } from './regex-fault.js';
import { isFloat } from '../sql-types.js';
import { column } from './sql.js';

export const pattern = defineCheck({
  name: 'pattern',
  scope: 'row',
  summary: 'Values of a column have a form.',
  rule: 'Every value as text matches the RE2 expression as a whole; NaN matches none; nulls are not judged.',
  form: z.strictObject({
    pattern: z
      .strictObject({
        column: ColumnName.describe('Column; numbers and times are matched as text.'),
        regex: z
          .string()
          .min(1)
          .max(2_000)
          .describe('RE2 expression that the whole value must match. At most 2000 characters.'),
      })
      .describe('Values of a column have a form; nulls are not judged.'),
    allow,
    source,
    onFail,
  }),
  faults: ({ pattern: { regex } }) => {
    const fault = regexFault(regex);
    return fault === undefined
      ? []
      : [
          {
            path: ['pattern', 'regex'],
            message: `"${regex}" is no regular expression of RE2: ${fault}`,
            remedy: 'Correct it, e.g. [A-Z]{3}; the whole value must match. A list of values is oneOf.',
          },
        ];
  },
  rules: (check, of, types) => {
    const { column: name, regex } = check.pattern;
    const differs = `NOT regexp_full_match(${column(name)}::VARCHAR, ${literal(regex)})`;
    return [
      {
        check: `pattern(${name})`,
        columns: [name],
        fault: `have a ${name} that does not match ${regex}`,
        allowed: fractionOf(check.allow),
        counting: {
          by: 'value',
          fails: isFloat(types[of]?.[name]) ? `(${differs} OR isnan(${column(name)}))` : differs,
        },
        probe: {
          sql: `SELECT regexp_full_match('', ${literal(regex)})`,
          fault: (words) =>
            `"${regex}" is no regular expression of RE2 (${words}): correct it, e.g. [A-Z]{3}, or list the values with oneOf`,
        },
      },
    ];
  },
});
