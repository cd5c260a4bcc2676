import { z } from 'zod';
import { defineCheck } from './define-check.js';
import { onFail, source } from './fields.js';
import { count } from './words.js';

export const rows = defineCheck({
  name: 'rows',
  scope: 'source',
  summary: 'A source has enough rows.',
  rule: 'The rows before asOf are at least `min`.',
  form: z.strictObject({
    rows: z
      .strictObject({ min: z.int().positive().describe('Fewest rows.') })
      .describe('The lifecycle has enough rows.'),
    source,
    onFail,
  }),
  outcomes: ({ rows: { min } }, { source: of, rows: found }) => [
    {
      check: `rows(${of})`,
      ok: found >= min,
      message: `${count(found)} rows, at least ${count(min)} needed`,
    },
  ],
});
