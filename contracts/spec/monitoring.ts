import { z } from 'zod';
import { MetricName } from '../metrics/metric-name.js';
import { Duration, PositiveDuration, duration } from '../primitives/duration.js';
import { Fraction } from '../primitives/share.js';

export const MonitoringSpec = z.strictObject({
  window: duration('1m').default('7d').describe('Span of requests that is judged together.'),
  clock: z
    .enum(['wall', 'event'])
    .default('wall')
    .describe(
      'The clock that closes windows: `wall` is real time, `event` the event time reported with requests (for replays).',
    ),
  labels: z
    .strictObject({
      matureAfter: Duration.default('1d').describe('A window closes this long after its end.'),
    })
    .prefault({})
    .describe('Labels come late.'),
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
      quantile: z
        .number()
        .min(0.9)
        .max(0.9999)
        .default(0.999)
        .describe('Of the resampled reference: the threshold of a column, unless the floor is higher.'),
      // Absent rather than a default: workers of an earlier version refuse a field that they do not know.
      newValues: Fraction.optional().describe(
        'Share of rows with one value that the training rows did not have, from which a text or boolean column alarms; 1 % if it is absent.',
      ),
      consecutive: z
        .strictObject({
          k: z.int().positive().describe('Windows that exceed.'),
          of: z.int().positive().describe('Windows that are looked at.'),
        })
        .default({ k: 2, of: 3 })
        .describe('An alarm is raised when k of the last `of` windows exceed their threshold.'),
    })
    .prefault({})
    .describe('Population stability index of features and score against the training reference.'),
  quality: z
    .strictObject({
      metric: MetricName.default('roc_auc').describe('Computed on the labels that came.'),
      dropsBy: z
        .number()
        .positive()
        .default(0.02)
        .describe('Against the held-out test, in the metric’s unit.'),
    })
    .prefault({})
    .describe('When the model has become worse.'),
});
/** The section of a model file, where the watched metric may be left out. */
export const MonitoringSection = MonitoringSpec.extend({
  quality: z
    .strictObject({
      metric: MetricName.optional().describe(
        'Computed on the labels that came; default: roc_auc, accuracy or r2, by charter.problem.',
      ),
      dropsBy: z
        .number()
        .positive()
        .optional()
        .describe('Against the held-out test, in the metric’s unit; default: 0.02.'),
    })
    .prefault({})
    .describe('When the model has become worse.'),
});
export type MonitoringSpec = z.infer<typeof MonitoringSpec>;

export const RetrainingSpec = z.strictObject({
  triggers: z
    .strictObject({
      schedule: z
        .strictObject({ every: duration('1m').describe('Time between two triggers.') })
        .optional()
        .describe('By a Temporal Schedule.'),
      newData: z
        .strictObject({ rows: z.int().positive().describe('Labelled rows since the last trigger.') })
        .optional()
        .describe('When enough new rows have come.'),
      drift: z.boolean().default(true).describe('When drift raises an alarm.'),
      quality: z.boolean().default(true).describe('When quality raises an alarm.'),
    })
    .prefault({})
    .describe('Reasons to retrain.'),
  cooldown: Duration.default('7d').describe(
    'Shortest time between two retrainings, on the monitoring clock.',
  ),
  maxInFlight: z.literal(1).default(1).describe('Lifecycles of this model that retraining may have open.'),
  trainOn: z
    .strictObject({ last: PositiveDuration.describe('Span before asOf.') })
    .describe('Rows of this span before asOf, the held-out test included.'),
  reuseHyperparameters: z.boolean().default(true).describe('Skip the search and train with the champion’s.'),
});
export type RetrainingSpec = z.infer<typeof RetrainingSpec>;
