import { z } from 'zod';
import { Instant } from './artifacts.js';
import { defineSignal } from './messages.js';

/** From this age on an activity that is tried again is shown. */
export const SHOWN_AFTER_MS = 60_000;
/** Longest reason of a retry that enters a payload. */
export const MAX_RETRY_REASON_CHARS = 1_000;

/** An activity that has been tried again for more than a minute, as its worker tells its workflow. */
export const Retrying = z.object({
  activityId: z.string().max(200),
  activity: z.string().max(200),
  /** Number of the attempt that failed. */
  attempt: z.int().positive(),
  /** Start of the first attempt. */
  since: Instant,
  /** Message of the failure. It may hold anything. */
  reason: z.string().max(MAX_RETRY_REASON_CHARS),
});
export type Retrying = z.infer<typeof Retrying>;

export const retrying = defineSignal<[Retrying]>('retrying');
