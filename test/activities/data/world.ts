import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { MockActivityEnvironment } from '@temporalio/testing';
import { DefaultLogger } from '@temporalio/worker';
import { inject } from 'vitest';
import { type DataActivities, createDataActivities } from '../../../activities/data/index.js';
import type { SqlRow } from '../../../activities/ports/sql-engine.js';
import { type ArtifactRef, MediaType } from '../../../contracts/artifacts.js';
import type { Windows } from '../../../contracts/data.js';
import { digestOf } from '../../../contracts/digest.js';
import type { ModelSpecInput, PackedSpec } from '../../../contracts/spec/model-spec.js';
import { openSqlEngine } from '../../../infra/adapters/duckdb/sql-engine.js';
import { openDatabase } from '../../../infra/adapters/postgres/database.js';
import { openRegistry } from '../../../infra/adapters/postgres/registry.js';
import { openStepStore } from '../../../infra/adapters/postgres/step-store.js';
import { openArtifactStore } from '../../../infra/adapters/s3/artifact-store.js';
import { openS3 } from '../../../infra/adapters/s3/client.js';
import { openSourceObjects } from '../../../infra/adapters/s3/source-objects.js';
import { migrate } from '../../../infra/migrations/migrate.js';
import { planWindows } from '../../../workflows/policy/windows.js';
import { freshDatabase } from '../../support/database.js';
import { aPackedSpec, specInput } from '../../support/fixtures.js';

/** Forty days of hourly events from two places; the label follows x and is known two hours later. */
export const EVENTS_SQL = `select i as id, timestamp '2000-12-25' + to_hours(i::int) as ts, case when i % 2 = 0 then 'AAA' else 'BBB' end as place,
  (hash(i) % 1000)::double / 100 as x, ((hash(i) % 1000 + hash(i, 7) % 600) > 1000)::int as late from range(960) t(i)`;

export const CLEAN_SQL = `select e.*, ts::date as day, ts + interval 2 hour as label_ts, late as label, p.size from events e join places p on p.code = e.place
  where ts < getvariable('as_of')`;
export const FEATURES_SQL = `select id, ts, day, label, label_ts, size, x from clean
  where ts >= getvariable('window_from') and ts < getvariable('window_to')`;
/** Hides failures that a test provokes on purpose. */
const quiet = new DefaultLogger('ERROR');

const PLACES = 'code,size\nAAA,large\nBBB,small\n';

export type Change = Partial<Pick<ModelSpecInput, 'features'>> & {
  problem?: ModelSpecInput['charter']['problem'];
  data?: Partial<ModelSpecInput['data']>;
  /** SELECT of the rows of source `events`. */
  events?: string;
  /** Bytes of the source file, instead of these rows. */
  file?: string | Uint8Array;
  places?: string;
  clean?: string;
  featureSql?: string;
};

export interface World {
  activities: DataActivities;
  /** Run an activity as a worker does. */
  run<A extends unknown[], R>(activity: (...args: A) => Promise<R>, ...args: A): Promise<R>;
  /** Record a spec with its sources. Returns the input that every activity takes. */
  declare(change?: Change): Promise<{ model: string; run: string; specDigest: string; windows: Windows }>;
  read(ref: ArtifactRef, select: string): Promise<SqlRow[]>;
  text(ref: ArtifactRef): Promise<string>;
  /** Write the rows of a SELECT to an object that anybody may change. Returns its address. */
  object(key: string, select: string, format?: 'parquet' | 'csv' | 'json'): Promise<string>;
  /** Remove an object again. */
  removeObject(key: string): Promise<void>;
  /** Paths that activities left in the scratch folder. */
  scratchDir: string;
  close(): Promise<void>;
}

/** The data activities with a real PostgreSQL, S3 and DuckDB, and small data. */
export async function openWorld(): Promise<World> {
  const folder = await mkdtemp(join(tmpdir(), 'mainspring-data-test-'));
  const postgres = await freshDatabase();
  await migrate(postgres.url);
  const db = openDatabase(postgres.url);
  const registry = openRegistry(db);
  const s3 = inject('s3');
  const client = openS3(s3);
  const artifacts = openArtifactStore(client, s3.bucket, join(folder, 'cache'));
  const sql = openSqlEngine({ memory: '500MB' });
  const scratchDir = join(folder, 'scratch');
  const activities = createDataActivities({
    specs: registry,
    artifacts,
    steps: openStepStore(db),
    sql,
    sourceObjects: openSourceObjects(client, [s3.bucket]),
    scratchDir,
  });
  const { signal } = new AbortController();
  let made = 0;

  async function upload(select: string): Promise<ArtifactRef> {
    const path = join(folder, `source-${made++}.parquet`);
    await sql.session({ folder, signal }, (session) =>
      session.run(`copy (${select}) to '${path}' (format parquet)`),
    );
    return artifacts.putFile(path, MediaType.parquet);
  }

  return {
    activities,
    scratchDir,
    run: (activity, ...args) => new MockActivityEnvironment({}, { logger: quiet }).run(activity, ...args),
    declare: async (change = {}) => {
      const packed: PackedSpec = {
        ...aPackedSpec({
          charter: { ...specInput.charter, ...(change.problem ? { problem: change.problem } : {}) },
          data: {
            ...specInput.data,
            sources: {
              events: { parquet: 'events.parquet', time: 'ts' },
              places: { csv: 'places.csv' },
            },
            ...change.data,
          },
          features: { sql: 'features.sql', set: ['x'], slices: ['size'], ...change.features },
        }),
        sql: {
          'clean.sql': change.clean ?? CLEAN_SQL,
          'features.sql': change.featureSql ?? FEATURES_SQL,
        },
        sources: {
          events:
            change.file === undefined
              ? await upload(change.events ?? EVENTS_SQL)
              : await artifacts.put(change.file, MediaType.parquet),
          places: await artifacts.put(change.places ?? PLACES, MediaType.csv),
        },
      };
      const specDigest = digestOf(packed);
      await registry.saveSpec(specDigest, packed);
      const { split, data } = packed.spec;
      const asOf = '2001-02-01T00:00:00.000Z';
      const windows = planWindows({ asOf, split, lookback: data.lookback, history: null });
      return { model: 'tiny', run: 'r-1', specDigest, windows };
    },
    read: async (ref, select) => {
      const path = await artifacts.fetch(ref);
      return sql.session({ folder, signal }, (session) =>
        session.rows(select.replace('rows', `read_parquet('${path}')`)),
      );
    },
    text: async (ref) => (await artifacts.read(ref)).toString(),
    object: async (key, select, format = 'parquet') => {
      const path = join(folder, `object-${made++}`);
      await sql.session({ folder, signal }, (session) =>
        session.run(`copy (${select}) to '${path}' (format ${format})`),
      );
      await client.fPutObject(s3.bucket, key, path);
      return `s3://${s3.bucket}/${key}`;
    },
    removeObject: (key) => client.removeObject(s3.bucket, key),
    close: async () => {
      await db.destroy();
      await postgres.drop();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

interface Failed {
  type: string;
  message: string;
  remedy: string;
  name: string;
}

/** The failure of an activity. The name is `MainspringFailure` if the failure is not retried. */
export const failureOf = (running: Promise<unknown>): Promise<Failed> =>
  running.then(
    () => ({ type: 'none', message: 'it succeeded', remedy: '', name: '' }),
    (error: Failed) => error,
  );
