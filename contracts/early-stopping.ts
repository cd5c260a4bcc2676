import { z } from 'zod';

/** What the progress lines of a trial say about one rung of successive halving. */
export const RungReport = z.strictObject({
  /** The rung, as a step. */
  rung: z.int().positive(),
  /** Step of the line: the rung, or the first after it. */
  step: z.number(),
  value: z.number(),
});
export type RungReport = z.infer<typeof RungReport>;

/** Where and why a trial was stopped early. */
export const Stopped = z.strictObject({
  ...RungReport.shape,
  /** Its place among those that had reached the rung by then, 1 the best. */
  place: z.int().positive(),
  reached: z.int().positive(),
});
export type Stopped = z.infer<typeof Stopped>;
