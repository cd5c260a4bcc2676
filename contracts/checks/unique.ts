import { z } from 'zod';
import { listOf } from '../bounded.js';
import { fractionOf } from '../primitives/share.js';
import { ColumnName } from '../units.js';
import { defineCheck } from './define-check.js';
import { allow, onFail, source } from './fields.js';

export const unique = defineCheck({
  name: 'unique',
  scope: 'row',
  summary: 'Columns whose values together occur once.',
  rule: 'No row repeats the values of an earlier row; nulls count as values.',
  form: z.strictObject({
    unique: listOf(ColumnName, 100, 'Columns whose values together occur once.', 1),
    allow,
    source,
    onFail,
  }),
  rules: (check) => [
    {
      check: `unique(${check.unique.join(', ')})`,
      columns: check.unique,
      fault: `repeat the ${check.unique.join(', ')} of another`,
      allowed: fractionOf(check.allow),
      counting: { by: 'key', key: check.unique },
    },
  ],
});
