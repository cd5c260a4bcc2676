import { z } from 'zod';
import { Duration, PositiveDuration } from '../primitives/duration.js';
import { Fraction } from '../primitives/share.js';

/** Ends a release early, whatever stage it is in. Judged on the candidate's own arm. */
export const Guardrails = z.strictObject({
  errorRate: Fraction.default('0.1%').describe('Highest share of failed inferences.'),
  latencyP99Ms: z
    .number()
    .positive()
    .max(3_600_000)
    .default(50)
    .describe('Highest 99th percentile, milliseconds.'),
  scoreShift: z
    .number()
    .positive()
    .default(0.1)
    .describe(
      'Highest mean score difference of candidate and champion on the same requests. Binary: of the probabilities, 0–1. ' +
        'Multiclass: total variation distance, 0–1. Regression: in standard deviations of the champion’s predictions.',
    ),
});
export type Guardrails = z.infer<typeof Guardrails>;

export const ReleaseSpec = z.strictObject({
  target: z.literal('gateway').default('gateway').describe('The server of the model.'),
  canary: z
    .strictObject({
      share: Fraction.default('10%').describe('Of the entities, by sticky hash.'),
      minRequests: z
        .int()
        .nonnegative()
        .max(1e12)
        .default(500)
        .describe('Requests on the candidate’s arm before it is judged.'),
      minTime: Duration.default('5s').describe('Shortest time before it is judged.'),
      maxTime: PositiveDuration.default('1d').describe(
        'Without enough traffic by then the release is rolled back.',
      ),
    })
    .prefault({})
    .describe('A share of real traffic goes to the candidate before it is promoted.'),
  guardrails: Guardrails.prefault({}).describe('Any of them ends the release early.'),
});
export type ReleaseSpec = z.infer<typeof ReleaseSpec>;
