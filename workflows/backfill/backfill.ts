import { proxyActivities, setCurrentDetails, upsertSearchAttributes } from '@temporalio/workflow';
import type { DataActivities } from '../../activities/data/index.js';
import type { Table } from '../../contracts/artifacts.js';
import { BackfillInput } from '../../contracts/backfill.js';
import { parseOrFail } from '../../contracts/failures.js';
import { SearchAttribute } from '../../contracts/search-attributes.js';
import { durationMs } from '../../contracts/primitives/duration.js';
import { TaskQueue } from '../../contracts/task-queues.js';

const { extractSources, cleanRows, buildFeatures } = proxyActivities<DataActivities>({
  taskQueue: TaskQueue.data,
  startToCloseTimeout: '2 hours',
  heartbeatTimeout: '30 seconds',
  retry: { initialInterval: '1 second', maximumInterval: '30 seconds', maximumAttempts: 40 },
});

/**
 * Compute features for the rows of a time span, from the sources and with the same SQL as training and evaluation.
 */
export async function backfill(raw: BackfillInput): Promise<Table> {
  const { model, run, specDigest, rows, asOf, lookback } = parseOrFail(BackfillInput, raw);
  upsertSearchAttributes([{ key: SearchAttribute.Model, value: model }]);
  setCurrentDetails(`Builds the features of **${model}** from ${rows.from} to ${rows.to}.`);
  const read = { from: new Date(Date.parse(rows.from) - durationMs(lookback)).toISOString(), to: asOf };
  const context = {
    model,
    run,
    specDigest,
    windows: { asOf, read, rows, train: rows, validation: rows, test: rows },
  };
  const snapshots = await extractSources(context);
  const clean = await cleanRows({ ...context, snapshots });
  return buildFeatures({ ...context, clean });
}
