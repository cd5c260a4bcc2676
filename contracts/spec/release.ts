import { z } from 'zod';
import { Duration, Fraction } from './units.js';

/** Ends a release early, whatever stage it is in. Judged on the candidate's own arm. */
export const Guardrails = z.strictObject({
  errorRate: Fraction.default('0.1%').describe('Highest share of failed inferences.'),
  latencyP99Ms: z.number().positive().default(50).describe('Highest 99th percentile, milliseconds.'),
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
  target: z.literal('gateway').default('gateway').describe('What serves the model.'),
  canary: z
    .strictObject({
      share: Fraction.default('10%').describe('Of the entities, by sticky hash.'),
      minRequests: z
        .int()
        .nonnegative()
        .default(500)
        .describe('Requests on the candidate’s arm before it is judged.'),
      minTime: Duration.default('5s').describe('Shortest time before it is judged.'),
      maxTime: Duration.default('1d').describe('Without enough traffic by then the release is rolled back.'),
    })
    .prefault({})
    .describe('A share of real traffic goes to the candidate before it is promoted.'),
  guardrails: Guardrails.prefault({}).describe('Any of them ends the release early.'),
});
export type ReleaseSpec = z.infer<typeof ReleaseSpec>;
