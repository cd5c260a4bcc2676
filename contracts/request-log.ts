import { z } from 'zod';
import { Instant } from './artifacts.js';
import { FeatureValue } from './signature.js';

/** One line of the gateway's request log: gzipped NDJSON, in segments that table `request_segments` names. */
export const RequestLogRow = z.object({
  inference_id: z.string(),
  event_time: Instant,
  model: z.string(),
  /** The version that answered. */
  version: z.int().positive(),
  arm: z.enum(['champion', 'candidate']),
  /** In the order of the version that answered, and of its types; null means a missing value. */
  features: z.array(FeatureValue),
  /** Binary: probability of label 1. Multiclass: probability of the predicted class. Regression: the prediction. */
  score: z.number(),
  /** The whole prediction, when it has more than one number: a probability a class, or prediction and quantiles. */
  outputs: z.array(z.number()).optional(),
  latency_ms: z.number(),
});
export type RequestLogRow = z.infer<typeof RequestLogRow>;
