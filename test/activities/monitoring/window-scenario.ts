import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { MockActivityEnvironment } from '@temporalio/testing';
import type { Kysely } from 'kysely';
import { inject } from 'vitest';
import { createMonitoringActivities } from '../../../activities/monitoring/index.js';
import type { ArtifactStore } from '../../../activities/ports/artifact-store.js';
import { type ArtifactRef, MediaType } from '../../../contracts/artifacts.js';
import type { ReferenceProfile } from '../../../contracts/evaluation.js';
import type { CloseWindowInput, WindowResult } from '../../../contracts/monitor.js';
import type { RequestLogRow } from '../../../contracts/request-log.js';
import { MonitoringSpec } from '../../../contracts/spec/monitoring.js';
import { openSqlEngine } from '../../../infra/adapters/duckdb/sql-engine.js';
import { openDatabase } from '../../../infra/adapters/postgres/database.js';
import type { Database } from '../../../infra/adapters/postgres/schema.js';
import { openWindowStore } from '../../../infra/adapters/postgres/windows.js';
import { openArtifactStore } from '../../../infra/adapters/s3/artifact-store.js';
import { openS3 } from '../../../infra/adapters/s3/client.js';
import { migrate } from '../../../infra/migrations/migrate.js';
import { freshDatabase } from '../../support/database.js';
import { sha } from '../../support/fixtures.js';

export const week = { from: '2001-04-02T00:00:00.000Z', to: '2001-04-09T00:00:00.000Z' };

/** Reference of a column that is uniform on 0–1: ten equal bins, nothing missing. */
const uniform = (column: string, threshold = 0.1) => ({
  column,
  edges: [0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9],
  shares: [...Array<number>(10).fill(0.1), 0],
  threshold,
});
export const profile: ReferenceProfile = {
  rows: 10_000,
  units: 28,
  columns: [uniform('hour'), uniform('distance')],
  score: uniform('score'),
  baseRate: 0.5,
  metrics: { roc_auc: 0.83, log_loss: 0.5 },
};

/** A database, an object store and the activity for one test file. */
export interface Scenario {
  db: Kysely<Database>;
  artifacts: ArtifactStore;
  folder: string;
  input(model: string, change?: Partial<CloseWindowInput>): CloseWindowInput;
  close(request: CloseWindowInput): Promise<WindowResult>;
  end(): Promise<void>;
}

export async function openScenario(): Promise<Scenario> {
  const database = await freshDatabase();
  await migrate(database.url);
  const db = openDatabase(database.url);
  const folder = await mkdtemp(join(tmpdir(), 'mainspring-cache-'));
  const s3 = inject('s3');
  const artifacts = openArtifactStore(openS3(s3), s3.bucket, folder);
  const activities = createMonitoringActivities({
    windows: openWindowStore(db),
    artifacts,
    sql: openSqlEngine(),
    scratchDir: join(folder, 'scratch'),
  });
  const reference: ArtifactRef = await artifacts.put(JSON.stringify(profile), MediaType.json);
  return {
    db,
    artifacts,
    folder,
    input: (model, change = {}) => ({
      model,
      target: { version: 1, specDigest: sha('spec'), reference, features: ['hour', 'distance'] },
      window: week,
      monitoring: MonitoringSpec.parse({}),
      ...change,
    }),
    close: (request) => new MockActivityEnvironment().run(activities.closeWindow, request),
    end: async () => {
      await db.destroy();
      await database.drop();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

/** `n` requests spread evenly over the window, features and score uniform on 0–1 and equal to each other. */
export function requests(
  model: string,
  n: number,
  change: (i: number) => Partial<RequestLogRow> = () => ({}),
): RequestLogRow[] {
  const span = Date.parse(week.to) - Date.parse(week.from);
  return Array.from({ length: n }, (_, i) => {
    const value = (i + 0.5) / n;
    return {
      inference_id: `${model}-${i}`,
      event_time: new Date(Date.parse(week.from) + (i * span) / n).toISOString(),
      model,
      version: 1,
      arm: 'champion',
      features: [value, value],
      score: value,
      latency_ms: 0.2,
      ...change(i),
    };
  });
}
