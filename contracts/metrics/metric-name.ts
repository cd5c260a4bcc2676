import { z } from 'zod';
import { METRIC_NAMES } from './index.js';

/** Metrics that the engine computes itself from predictions and labels. */
export const MetricName = z.enum(METRIC_NAMES);
export type MetricName = z.infer<typeof MetricName>;
