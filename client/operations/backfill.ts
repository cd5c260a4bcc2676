import { WorkflowIdConflictPolicy, WorkflowIdReusePolicy } from '@temporalio/client';
import type { Table } from '../../contracts/artifacts.js';
import type { BackfillInput } from '../../contracts/backfill.js';
import { backfillId } from '../../contracts/ids.js';
import { TaskQueue } from '../../contracts/task-queues.js';
import { MainspringError } from '../errors.js';
import type { Services } from '../services/services.js';
import { toInstant } from './start.js';

export interface BackfillOptions {
  /** Rows with features: `from <= t < to`, dates or instants. */
  from: string;
  to: string;
}

export interface Backfilled {
  table: Table;
  /** Parquet on this machine, read-only. */
  path: string;
}

/**
 * Features of a past span by the SQL of the champion's spec, for replays and batch scoring. The same span twice is one
 * piece of work.
 *
 * @throws MainspringError `refused` before the model has a champion, `usage`, `unreachable`
 */
export async function backfill(
  services: Services,
  model: string,
  options: BackfillOptions,
): Promise<Backfilled> {
  const [{ registry }, { client }, { artifacts }] = await Promise.all([
    services.database(),
    services.temporal(),
    services.storage(),
  ]);
  const champion = await registry.aliased(model, 'champion');
  const packed = champion && (await registry.loadSpec(champion.specDigest));
  if (!champion || !packed)
    throw new MainspringError(
      'refused',
      `model "${model}" has no champion, so nothing says how its features are built`,
      'Promote a version first: `mainspring start`, then approve it.',
    );
  const rows = { from: toInstant(options.from), to: toInstant(options.to) };
  const run = `${rows.from.slice(0, 10)}-${rows.to.slice(0, 10)}`;
  const input: BackfillInput = {
    model,
    run,
    specDigest: champion.specDigest,
    rows,
    asOf: rows.to,
    lookback: packed.spec.data.lookback,
  };
  const table = (await client.workflow.execute('backfill', {
    workflowId: backfillId(model, run),
    taskQueue: TaskQueue.control,
    args: [input],
    workflowIdConflictPolicy: WorkflowIdConflictPolicy.USE_EXISTING,
    workflowIdReusePolicy: WorkflowIdReusePolicy.ALLOW_DUPLICATE,
    staticSummary: `Features of ${model}, ${rows.from.slice(0, 10)} to ${rows.to.slice(0, 10)}`,
  })) as Table;
  return { table, path: await artifacts.fetch(table.artifact) };
}
