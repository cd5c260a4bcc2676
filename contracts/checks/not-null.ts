import { z } from 'zod';
import { listOf } from '../bounded.js';
import { fractionOf } from '../primitives/share.js';
import { ColumnName } from '../units.js';
import { defineCheck } from './define-check.js';
import { allow, onFail, source } from './fields.js';
import { isFloat } from '../sql-types.js';
import { isMissing } from './sql.js';

export const notNull = defineCheck({
  name: 'notNull',
  scope: 'row',
  summary: 'Columns without nulls.',
  rule: 'No row has a null or NaN in any of the columns.',
  form: z.strictObject({
    notNull: listOf(ColumnName, 5_000, 'Columns without nulls.', 1),
    allow,
    source,
    onFail,
  }),
  judgesNulls: (check) => check.notNull,
  rules: (check, of, types) =>
    check.notNull.map((name) => ({
      check: `notNull(${name})`,
      columns: [name],
      fault: `have no ${name}`,
      allowed: fractionOf(check.allow),
      counting: {
        // The statistics of a Parquet file do not count NaN.
        by: isFloat(types[of]?.[name]) ? 'condition' : 'statistics',
        fails: isMissing(name, types[of]?.[name]),
      },
    })),
});
