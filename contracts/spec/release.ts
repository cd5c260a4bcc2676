import { z } from 'zod';
import { Duration, Fraction } from './units.js';

/** Ends a release early, whatever stage it is in. Judged on the candidate's own arm. */
export const Guardrails = z.strictObject({
  errorRate: Fraction.default('0.1%').describe('Highest share of failed inferences.'),
  latencyP99Ms: z.number().positive().default(50),
  scoreShift: z
    .number()
    .positive()
    .default(0.1)
    .describe(
      'Highest mean absolute difference of candidate and champion scores on the same requests (0–1).',
    ),
});
export type Guardrails = z.infer<typeof Guardrails>;

export const ReleaseSpec = z.strictObject({
  target: z.literal('gateway').default('gateway'),
  canary: z
    .strictObject({
      share: Fraction.default('10%'),
      minRequests: z
        .int()
        .nonnegative()
        .default(500)
        .describe('Requests on the candidate’s arm before it is judged.'),
      minTime: Duration.default('5s'),
      maxTime: Duration.default('1d').describe('Without enough traffic by then the release is rolled back.'),
    })
    .prefault({}),
  guardrails: Guardrails.prefault({}),
});
export type ReleaseSpec = z.infer<typeof ReleaseSpec>;
