import { z } from 'zod';
import { fractionOf } from '../primitives/share.js';
import { ColumnName } from '../units.js';
import { defineCheck } from './define-check.js';
import { allow, onFail, source } from './fields.js';
import { orderFault } from './order-fault.js';
import { isFloat } from '../sql-types.js';
import { column } from './sql.js';

export const range = defineCheck({
  name: 'range',
  scope: 'row',
  summary: 'Values of a column lie between two bounds.',
  rule: 'Every value is at least min and at most max; NaN is outside of every range; nulls are not judged.',
  form: z.strictObject({
    range: z
      .strictObject({
        column: ColumnName.describe('Numeric column.'),
        min: z.number().optional().describe('Lowest value.'),
        max: z.number().optional().describe('Highest value.'),
      })
      .describe('Values of a column lie between two bounds; nulls are not judged.'),
    allow,
    source,
    onFail,
  }),
  faults: ({ range: bounds }) =>
    bounds.min === undefined && bounds.max === undefined
      ? [
          {
            path: ['range'],
            message: 'needs min or max: without them every value passes',
            remedy: 'Add a bound, or take the check out.',
          },
        ]
      : orderFault(bounds),
  rules: (check, of, types) => {
    const { column: name, min, max } = check.range;
    const canBeNaN = isFloat(types[of]?.[name]);
    const outside = [
      ...(canBeNaN ? [`isnan(${column(name)})`] : []),
      ...(min === undefined ? [] : [`${column(name)} < ${min}`]),
      ...(max === undefined ? [] : [`${column(name)} > ${max}`]),
    ];
    return [
      {
        check: `range(${name})`,
        columns: [name],
        fault: `have a ${name} outside [${min ?? '−∞'}, ${max ?? '∞'}]`,
        allowed: fractionOf(check.allow),
        counting: {
          // The statistics of a Parquet file do not count NaN.
          by: canBeNaN ? 'condition' : 'statistics',
          fails: outside.length === 0 ? 'false' : outside.join(' OR '),
        },
        numeric: true,
      },
    ];
  },
});
