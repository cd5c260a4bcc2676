import { z } from 'zod';
import { Instant } from './artifacts.js';

/** One line of the gateway's request log: gzipped NDJSON, in segments that table `request_segments` names. */
export const RequestLogRow = z.object({
  inference_id: z.string(),
  event_time: Instant,
  model: z.string(),
  /** The version that answered. */
  version: z.int().positive(),
  arm: z.enum(['champion', 'candidate']),
  /** In the model's order; null is a missing value. */
  features: z.array(z.number().nullable()),
  score: z.number(),
  latency_ms: z.number(),
});
export type RequestLogRow = z.infer<typeof RequestLogRow>;
