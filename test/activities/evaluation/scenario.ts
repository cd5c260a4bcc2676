import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DuckDBInstance } from '@duckdb/node-api';
import { inject } from 'vitest';
import type { EvaluationDeps } from '../../../activities/evaluation/evaluate-models.js';
import type { ArtifactStore } from '../../../activities/ports/artifact-store.js';
import { MediaType, type Table } from '../../../contracts/artifacts.js';
import type { EvaluationInput } from '../../../contracts/evaluation.js';
import { EvaluationSpec } from '../../../contracts/spec/evaluation.js';
import { MonitoringSpec } from '../../../contracts/spec/monitoring.js';
import { openSqlEngine } from '../../../infra/adapters/duckdb/sql-engine.js';
import { openScorer } from '../../../infra/adapters/onnx/scorer.js';
import { openDatabase } from '../../../infra/adapters/postgres/database.js';
import { openRegistry } from '../../../infra/adapters/postgres/registry.js';
import { openStepStore } from '../../../infra/adapters/postgres/step-store.js';
import { openArtifactStore } from '../../../infra/adapters/s3/artifact-store.js';
import { openS3 } from '../../../infra/adapters/s3/client.js';
import { migrate } from '../../../infra/migrations/migrate.js';
import { freshDatabase } from '../../support/database.js';
import { sha } from '../../support/fixtures.js';
import { modelFile } from '../../support/models/model-file.js';

/** Rows whose labels follow the model `good`: ten days, two features, a few of them missing. */
export const ROWS_SQL = `
  select i as id, timestamp '2001-01-25' + to_minutes((i * 14400 // n)::int) as time, (timestamp '2001-01-25' + to_minutes((i * 14400 // n)::int))::date as day,
    x1, case when i % 97 = 0 then null else x2 end as x2, case when x1 > 0 then 'high' else 'low' end as half,
    (u < 1 / (1 + exp(-(1.5 * x1 + x2 - 1))))::int as label
  from (select i, 6000 as n, (hash(i, 1) % 4001)::double / 1000 - 2 as x1, (hash(i, 2) % 4001)::double / 1000 - 2 as x2,
    (hash(i, 3) % 100003)::double / 100003 as u from range(6000) t(i))`;

export interface Scenario {
  deps: EvaluationDeps;
  artifacts: ArtifactStore;
  /** Store the rows of a SELECT from `rows` as a table. */
  table(select: string): Promise<Table>;
  input(
    change?: Partial<EvaluationInput> & { model?: Parameters<typeof modelFile>[0] },
  ): Promise<EvaluationInput>;
  close(): Promise<void>;
}

/** The evaluation with a real object store, step store, DuckDB and ONNX runtime, and small data. */
export async function openScenario(): Promise<Scenario> {
  const folder = await mkdtemp(join(tmpdir(), 'evaluation-test-'));
  const postgres = await freshDatabase();
  await migrate(postgres.url);
  const db = openDatabase(postgres.url);
  const s3 = inject('s3');
  const artifacts = openArtifactStore(openS3(s3), s3.bucket, join(folder, 'cache'));
  const duckdb = await (await DuckDBInstance.create(':memory:')).connect();
  await duckdb.run(`create table rows as ${ROWS_SQL}`);
  let tables = 0;

  const table = async (select: string): Promise<Table> => {
    const path = join(folder, `table-${tables++}.parquet`);
    await duckdb.run(`copy (${select}) to '${path}' (format parquet)`);
    const artifact = await artifacts.putFile(path, MediaType.parquet);
    return { artifact, rows: 6_000, columns: {}, range: null };
  };
  const model = (name: Parameters<typeof modelFile>[0]) => artifacts.putFile(modelFile(name), MediaType.onnx);

  return {
    deps: {
      artifacts,
      steps: openStepStore(db),
      registry: openRegistry(db),
      scorer: openScorer(),
      sql: openSqlEngine({ memory: '1GB' }),
      scratchDir: join(folder, 'scratch'),
    },
    artifacts,
    table,
    input: async ({ model: name = 'good', ...change } = {}) => ({
      model: 'tiny',
      run: 'run-1',
      specDigest: sha('spec'),
      candidate: { version: null, model: await model(name) },
      champion: { version: 1, model: await model('blunt') },
      train: await table('from rows'),
      test: await table('from rows'),
      testRange: { from: '2001-01-25T00:00:00.000Z', to: '2001-02-04T00:00:00.000Z' },
      evaluation: EvaluationSpec.parse({
        slices: [{ by: 'half' }],
        resamples: 300,
        gates: [{ name: 'better', metric: 'log_loss', improvesBy: 0, confidence: 0.9 }],
      }),
      features: ['x1', 'x2'],
      columns: { id: 'id', time: 'time', unit: 'day' },
      drift: MonitoringSpec.shape.drift.parse(undefined),
      ...change,
    }),
    close: async () => {
      duckdb.closeSync();
      await db.destroy();
      await postgres.drop();
      await rm(folder, { recursive: true, force: true });
    },
  };
}
