import type { Table } from '../../contracts/artifacts.js';
import type { BackfillInput } from '../../contracts/backfill.js';
import { backfillId } from '../../contracts/ids.js';
import { TaskQueue } from '../../contracts/task-queues.js';
import { MainspringError } from '../errors.js';
import type { Services } from '../services/services.js';
import { findModel } from './find-run.js';
import { toInstant } from './instant.js';

export interface BackfillOptions {
  /** Rows from this instant of event time … */
  from: string;
  /** … to before this one. */
  to: string;
}

export interface Backfilled {
  table: Table;
  /** Read-only local copy, Parquet. */
  path: string;
}

const compact = (instant: string): string => instant.slice(0, 16).replaceAll(/[-:T]/g, '');

/**
 * Features of the rows of a span, by the SQL of the champion's spec – or of the newest run's, before there is a champion.
 * The same span twice is one piece of work.
 *
 * @throws MainspringError `not-found` before anything was started, `usage`, `unreachable`
 */
export async function backfill(
  services: Services,
  name: string,
  options: BackfillOptions,
): Promise<Backfilled> {
  const model = await findModel(services, name);
  const rows = { from: toInstant(options.from), to: toInstant(options.to) };
  if (rows.from >= rows.to)
    throw new MainspringError('usage', `from ${rows.from} is not before to ${rows.to}`, 'Exchange them.');
  const { registry } = await services.database();
  const champion = await registry.aliased(model, 'champion');
  const [newest] = champion ? [] : await registry.runs({ model, limit: 1 });
  const specDigest = champion?.specDigest ?? newest?.specDigest;
  const packed = specDigest === undefined ? undefined : await registry.loadSpec(specDigest);
  if (specDigest === undefined || !packed)
    throw new MainspringError(
      'not-found',
      `model "${model}" has no run yet`,
      'Start one with `mainspring start`.',
    );

  const run = `backfill-${compact(rows.from)}-${compact(rows.to)}`;
  const input: BackfillInput = {
    model,
    run,
    specDigest,
    rows,
    asOf: rows.to,
    lookback: packed.spec.data.lookback,
  };
  const { client } = await services.temporal();
  const table = (await client.workflow.execute('backfill', {
    workflowId: backfillId(model, run),
    taskQueue: TaskQueue.control,
    args: [input],
    workflowIdReusePolicy: 'ALLOW_DUPLICATE',
    workflowIdConflictPolicy: 'USE_EXISTING',
    staticSummary: `Features of ${model} from ${rows.from} to ${rows.to}`,
  })) as Table;
  const { artifacts } = await services.storage();
  return { table, path: await artifacts.fetch(table.artifact) };
}
