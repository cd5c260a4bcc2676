import { z } from 'zod';
import { MetricName } from './metrics.js';
import { Duration } from './units.js';

export const MonitoringSpec = z.strictObject({
  window: Duration.default('7d'),
  clock: z
    .enum(['wall', 'event'])
    .default('wall')
    .describe('What closes a window: the clock on the wall, or event time reported with requests (replays).'),
  labels: z.strictObject({ matureAfter: Duration.default('1d') }).prefault({}),
  minRows: z
    .int()
    .positive()
    .default(1_000)
    .describe('Windows with fewer labelled rows are recorded but never alarm.'),
  drift: z
    .strictObject({
      floor: z.number().positive().default(0.1).describe('PSI below this never alarms.'),
      resampledUnits: z
        .int()
        .positive()
        .default(7)
        .describe('Units (days) drawn from the reference per resample.'),
      quantile: z.number().min(0.9).max(0.9999).default(0.999),
      consecutive: z
        .strictObject({ k: z.int().positive(), of: z.int().positive() })
        .default({ k: 2, of: 3 })
        .describe('An alarm is raised when k of the last `of` windows exceed their threshold.'),
    })
    .prefault({}),
  quality: z
    .strictObject({ metric: MetricName.default('roc_auc'), dropsBy: z.number().positive().default(0.02) })
    .prefault({}),
});
export type MonitoringSpec = z.infer<typeof MonitoringSpec>;

export const RetrainingSpec = z.strictObject({
  triggers: z
    .strictObject({
      schedule: z.strictObject({ every: Duration }).optional(),
      newData: z.strictObject({ rows: z.int().positive() }).optional(),
      drift: z.boolean().default(true),
      quality: z.boolean().default(true),
    })
    .prefault({}),
  cooldown: Duration.default('7d').describe(
    'Shortest time between two retrainings, on the monitoring clock.',
  ),
  maxInFlight: z.literal(1).default(1),
  trainOn: z
    .strictObject({ last: Duration })
    .describe('Rows of this span before asOf, the held-out test included.'),
  reuseHyperparameters: z.boolean().default(true).describe('Skip the search and train with the champion’s.'),
});
export type RetrainingSpec = z.infer<typeof RetrainingSpec>;
