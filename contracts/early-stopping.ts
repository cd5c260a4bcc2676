import { z } from 'zod';

/** A trial's report at one rung of successive halving. */
export const RungReport = z.object({
  /** The rung, as a step. */
  rung: z.int().positive(),
  /** Step of the progress line: the rung, or the first step after it. */
  step: z.number(),
  value: z.number(),
});
export type RungReport = z.infer<typeof RungReport>;

/** The rung at which a trial was stopped early, and the reason. */
export const Stopped = z.object({
  ...RungReport.shape,
  /** Its place among the trials that had reached the rung; 1 is the best. */
  place: z.int().positive(),
  reached: z.int().positive(),
});
export type Stopped = z.infer<typeof Stopped>;
