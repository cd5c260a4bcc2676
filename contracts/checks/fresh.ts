import { z } from 'zod';
import { Duration, durationMs } from '../primitives/duration.js';
import { defineCheck } from './define-check.js';
import { onFail, source } from './fields.js';

export const fresh = defineCheck({
  name: 'fresh',
  scope: 'source',
  summary: 'The newest row of a source is recent.',
  rule: 'The newest event time lies at most `within` before asOf; a source without a time column fails.',
  form: z.strictObject({
    fresh: z
      .strictObject({ within: Duration.describe('Longest time before asOf.') })
      .describe('The newest row lies at most this long before asOf.'),
    source,
    onFail,
  }),
  outcomes: ({ fresh: { within } }, { source: of, newestMs, asOf }) => [
    newestMs === null
      ? {
          check: `fresh(${of})`,
          ok: false,
          message: `source ${of} has no time column to judge by: name it in data.sources.${of}.time`,
        }
      : {
          check: `fresh(${of})`,
          ok: Date.parse(asOf) - newestMs <= durationMs(within),
          message: `newest row at ${new Date(newestMs).toISOString()}, allowed ${within} before ${asOf}`,
        },
  ],
});
