import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { Client, Connection } from '@temporalio/client';
import type { ExitRecord } from '../../activities/ports/exit-record.js';
import { type Beat, beatKey } from '../../activities/training/lease/beat.js';
import { type Claim, claimKey } from '../../activities/training/lease/claim.js';
import { type Head, headKey } from '../../activities/training/lease/head.js';
import { readResult } from '../../activities/training/lease/result.js';
import type { RouteTable } from '../../contracts/release.js';
import type { Spend } from '../../contracts/training.js';
import { openDatabase } from '../../infra/adapters/postgres/database.js';
import { openArtifactStore } from '../../infra/adapters/s3/artifact-store.js';
import { openS3 } from '../../infra/adapters/s3/client.js';
import { openObjectStore } from '../../infra/adapters/s3/object-store.js';
import type { Config } from '../../infra/config.js';
import { jobKeysOf, type Site } from '../support/stack.js';
import type { Evidence } from './evidence.js';

/** The stores, opened from outside the engine. */
export async function openStores(config: Config) {
  const db = openDatabase(config.postgres.url, { max: 2 });
  const s3 = openS3(config.objectStore);
  const { bucket } = config.objectStore;
  const connection = await Connection.connect({ address: config.temporal.address });
  return {
    db,
    artifacts: openArtifactStore(s3, bucket, join(config.dataDir, 'chaos-cache')),
    objects: openObjectStore(s3, bucket),
    temporal: new Client({ connection, namespace: config.temporal.namespace }),
    close: async () => {
      await connection.close();
      await db.destroy();
    },
  };
}
export type Stores = Awaited<ReturnType<typeof openStores>>;

export type FromStores = Omit<Evidence, 'jobKills' | 'answered' | 'tables' | 'processes'>;

const ms = (date: Date): number => date.getTime();

/** Everything that the invariants need from Postgres, the object store, Temporal and the job folders. */
export async function gather(stores: Stores, site: Site): Promise<FromStores> {
  const { db } = stores;
  const [runs, jobs, versions, steps, aliases, routes] = await Promise.all([
    db.selectFrom('runs').selectAll().execute(),
    db.selectFrom('jobs').selectAll().execute(),
    db.selectFrom('versions').select(['model', 'version', 'run']).execute(),
    db.selectFrom('steps').select(['key', 'kind', 'inputs']).execute(),
    db.selectFrom('aliases').selectAll().execute(),
    db.selectFrom('routes').selectAll().execute(),
  ]);
  const lease = await readLease(stores, site.engineId, [...new Set(jobs.map(({ intent }) => intent))]);
  return {
    runs: runs.map(({ model, run, outcome, ended_at }) => ({
      model,
      run,
      outcome,
      ended: ended_at !== null,
    })),
    jobs: jobs.map((row) => ({
      jobKey: row.job_key,
      intent: row.intent,
      run: row.run,
      attempt: row.attempt,
      state: row.state,
      spend: row.spend as Spend | null,
    })),
    ...lease,
    exits: await readExits(site),
    versions,
    steps: steps.map(({ key, kind, inputs }) => ({ key, kind, inputs: JSON.stringify(inputs) })),
    aliases: aliases.map(({ model, alias, version, valid_from, valid_to }) => ({
      model,
      alias,
      version,
      from: ms(valid_from),
      to: valid_to && ms(valid_to),
    })),
    routes: routes.map(({ model, generation, table, valid_from, valid_to }) => {
      const { champion, candidate } = table as RouteTable;
      return {
        model,
        generation,
        champion: champion?.version ?? null,
        candidate: candidate?.version ?? null,
        from: ms(valid_from),
        to: valid_to && ms(valid_to),
      };
    }),
    logged: await readRequestLog(stores),
    open: await openWorkflows(stores),
  };
}

async function readLease({ objects, artifacts }: Stores, engineId: string, intents: string[]) {
  const json = async <T>(key: string): Promise<T | undefined> => {
    const found = await objects.get(key);
    return found && (JSON.parse(found.body.toString()) as T);
  };
  const byJob = async <T>(prefix: string): Promise<Record<string, T>> => {
    const entries: [string, T][] = [];
    for (const key of await objects.list(prefix)) {
      const value = await json<T>(key);
      if (value) entries.push([key.slice(prefix.length), value]);
    }
    return Object.fromEntries(entries);
  };
  const heads: Record<string, Head> = {};
  const results: Evidence['results'] = {};
  for (const intent of intents) {
    const head = await json<Head>(headKey({ intent, engineId }));
    if (!head) continue;
    heads[intent] = head;
    if (!head.result) continue;
    const { jobKey, attempt } = await readResult(artifacts, head.result.manifest);
    results[intent] = { jobKey, attempt };
  }
  return {
    claims: await byJob<Claim>(claimKey('')),
    beats: await byJob<Beat>(beatKey('')),
    heads,
    results,
  };
}

async function readExits(site: Site): Promise<Evidence['exits']> {
  const exits: Evidence['exits'] = {};
  for (const jobKey of jobKeysOf(site)) {
    const folder = join(site.dataDir, 'jobs', jobKey);
    exits[jobKey] = [];
    for (const name of await readdir(folder)) {
      const pid = /^exit\.(\d+)\.json$/.exec(name)?.[1];
      if (!pid) continue;
      const { ended } = JSON.parse(await readFile(join(folder, name), 'utf8')) as ExitRecord;
      exits[jobKey].push({ pid: Number(pid), fenced: ended.cause === 'fenced' });
    }
  }
  return exits;
}

async function readRequestLog({ db, artifacts }: Stores): Promise<string[]> {
  const segments = await db.selectFrom('request_segments').selectAll().execute();
  const ids: string[] = [];
  for (const { uri, sha256, bytes, media_type } of segments) {
    const body = await artifacts.read({ uri, sha256, bytes, mediaType: media_type });
    for (const line of gunzipSync(body).toString().split('\n'))
      if (line) ids.push((JSON.parse(line) as { inference_id: string }).inference_id);
  }
  return ids;
}

/**
 * Workflows that stay open for ever. All others must end with their lifecycle. No workflow task of either kind may
 * fail.
 */
const ENTITIES = new Set(['monitor', 'retraining']);

async function openWorkflows({ temporal }: Stores): Promise<Evidence['open']> {
  const open: Evidence['open'] = [];
  for await (const { workflowId, type } of temporal.workflow.list({ query: "ExecutionStatus = 'Running'" })) {
    const { raw } = await temporal.workflow.getHandle(workflowId).describe();
    const taskAttempt = raw.pendingWorkflowTask?.attempt ?? 0;
    if (taskAttempt > 1 || !ENTITIES.has(type)) open.push({ workflowId, taskAttempt });
  }
  return open;
}
