import type { Table } from '../../contracts/artifacts.js';
import type { DataPipelineResult } from '../../contracts/data.js';
import { digestOf } from '../../contracts/digest.js';
import { dataPipelineId } from '../../contracts/ids.js';
import { TaskQueue } from '../../contracts/task-queues.js';
import { openRegistry } from '../../infra/adapters/postgres/registry.js';
import type { Evidence } from './evidence.js';
import type { Stores } from './gather.js';

const tablesOf = ({ clean, features, split }: DataPipelineResult): Record<string, Table> => ({
  clean,
  features,
  'split.train': split.train,
  'split.search': split.search,
  'split.validation': split.validation,
  'split.test': split.test,
});

/**
 * Repeat the data steps of a run without disturbance. A comment in the SQL makes every step new without changing
 * its output.
 */
export async function compareWithUndisturbed(
  { db, temporal }: Stores,
  model: string,
  run: string,
): Promise<Evidence['tables']> {
  const registry = openRegistry(db);
  const disturbed = (await temporal.workflow
    .getHandle(dataPipelineId(model, run))
    .result()) as DataPipelineResult;
  const { spec_digest, as_of } = await db
    .selectFrom('runs')
    .select(['spec_digest', 'as_of'])
    .where('run', '=', run)
    .executeTakeFirstOrThrow();
  const packed = await registry.loadSpec(spec_digest);
  if (!packed) throw new Error(`spec ${spec_digest} of ${run} is not recorded`);
  const again = {
    ...packed,
    sql: Object.fromEntries(
      Object.entries(packed.sql).map(([path, text]) => [path, `${text}\n-- undisturbed, after ${run}\n`]),
    ),
  };
  const specDigest = digestOf(again);
  await registry.saveSpec(specDigest, again);
  const undisturbed = (await temporal.workflow.execute('dataPipeline', {
    workflowId: dataPipelineId(model, `${run}-undisturbed`),
    taskQueue: TaskQueue.control,
    args: [
      {
        model,
        run: `${run}-undisturbed`,
        specDigest,
        asOf: as_of.toISOString(),
        history: null,
        split: packed.spec.split,
        lookback: packed.spec.data.lookback,
      },
    ],
  })) as DataPipelineResult;
  const expected = tablesOf(undisturbed);
  return Object.entries(tablesOf(disturbed)).map(([table, { rows, artifact }]) => ({
    run,
    table,
    disturbed: { rows, sha256: artifact.sha256 },
    undisturbed: { rows: expected[table]?.rows ?? 0, sha256: expected[table]?.artifact.sha256 ?? '' },
  }));
}
