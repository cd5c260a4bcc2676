import type { Kysely, Selectable } from 'kysely';
import pg from 'pg';
import type { JobChange, JobRow, JobStore } from '../../../activities/ports/job-store.js';
import { FailureType, fail } from '../../../contracts/failures.js';
import { BackendName } from '../../../contracts/spec/training.js';
import { JobClass, JobState, type JobView, type Spend } from '../../../contracts/training.js';
import type { Database } from '../postgres/schema.js';

const UNIQUE_VIOLATION = '23505';
const LIVE_ATTEMPT = 'jobs_one_live_attempt';
const TERMINAL = ['succeeded', 'failed', 'cancelled', 'lost'];

type Row = Selectable<Database['jobs']>;

const toRow = (row: Row): JobRow => ({
  jobKey: row.job_key,
  intent: row.intent,
  attempt: row.attempt,
  model: row.model,
  run: row.run,
  specDigest: row.spec_digest,
  jobDigest: row.job_digest,
  backend: BackendName.parse(row.backend),
  state: JobState.parse(row.state),
  version: row.version,
  nativeId: row.native_id,
  nativeUid: row.native_uid,
  class: row.class === null ? null : JobClass.parse(row.class),
  exitCode: row.exit_code,
  reason: row.reason,
  logTail: row.log_tail,
  spend: row.spend as Spend | null,
  result: row.result as JobRow['result'],
  createdAt: row.created_at,
  submittedAt: row.submitted_at,
  startedAt: row.started_at,
  endedAt: row.ended_at,
});

const toView = (row: JobRow): JobView => ({
  jobKey: row.jobKey,
  intent: row.intent,
  attempt: row.attempt,
  backend: row.backend,
  state: row.state,
  class: row.class,
  nativeId: row.nativeId,
  reason: row.reason,
  specDigest: row.specDigest,
  spend: row.spend,
  createdAt: row.createdAt.toISOString(),
  endedAt: row.endedAt?.toISOString() ?? null,
});

const json = (value: unknown): string | null => (value === null ? null : JSON.stringify(value));

/** A zero byte in a trainer's output is a character that Postgres text does not take. */
const text = (value: string | null): string | null => value?.replaceAll('\0', '') ?? null;

/** Column of each field that a transition may change, with its value as the column takes it. */
function columns(change: JobChange) {
  return {
    ...(change.state !== undefined && { state: change.state }),
    ...(change.nativeId !== undefined && { native_id: change.nativeId }),
    ...(change.nativeUid !== undefined && { native_uid: change.nativeUid }),
    ...(change.class !== undefined && { class: change.class }),
    ...(change.exitCode !== undefined && { exit_code: change.exitCode }),
    ...(change.reason !== undefined && { reason: text(change.reason) }),
    ...(change.logTail !== undefined && { log_tail: text(change.logTail) }),
    ...(change.spend !== undefined && { spend: json(change.spend) }),
    ...(change.result !== undefined && { result: json(change.result) }),
    ...(change.submittedAt !== undefined && { submitted_at: change.submittedAt }),
    ...(change.startedAt !== undefined && { started_at: change.startedAt }),
    ...(change.endedAt !== undefined && { ended_at: change.endedAt }),
  };
}

/** Rows of attempts in Postgres. A partial unique index lets an intent have at most one that is not over. */
export function openJobStore(db: Kysely<Database>): JobStore {
  const get = async (jobKey: string): Promise<JobRow | undefined> => {
    const row = await db.selectFrom('jobs').selectAll().where('job_key', '=', jobKey).executeTakeFirst();
    return row && toRow(row);
  };

  return {
    get,
    insert: async (job) => {
      try {
        await db
          .insertInto('jobs')
          .values({
            job_key: job.jobKey,
            intent: job.intent,
            attempt: job.attempt,
            model: job.model,
            run: job.run,
            spec_digest: job.specDigest,
            job_digest: job.jobDigest,
            backend: job.backend,
            state: 'intended',
          })
          .onConflict((conflict) => conflict.column('job_key').doNothing())
          .execute();
      } catch (error) {
        if (
          error instanceof pg.DatabaseError &&
          error.code === UNIQUE_VIOLATION &&
          error.constraint === LIVE_ATTEMPT
        )
          throw fail(
            FailureType.JobConflict,
            `${job.intent} has an attempt that is not over: attempt ${job.attempt} cannot begin. See \`mainspring jobs\`.`,
          );
        throw error;
      }
      const row = await get(job.jobKey);
      if (!row) throw new Error(`row ${job.jobKey} disappeared after it was written`);
      return row;
    },
    last: async (intent) => {
      const row = await db
        .selectFrom('jobs')
        .selectAll()
        .where('intent', '=', intent)
        .orderBy('attempt', 'desc')
        .limit(1)
        .executeTakeFirst();
      return row && toRow(row);
    },
    update: async (jobKey, version, change) => {
      const row = await db
        .updateTable('jobs')
        .set({ ...columns(change), version: version + 1 })
        .where('job_key', '=', jobKey)
        .where('version', '=', version)
        .returningAll()
        .executeTakeFirst();
      return row && toRow(row);
    },
    list: async ({ model, run, live, limit }) => {
      let query = db.selectFrom('jobs').selectAll().orderBy('created_at', 'desc').limit(limit);
      if (model !== undefined) query = query.where('model', '=', model);
      if (run !== undefined) query = query.where('run', '=', run);
      if (live !== undefined) query = query.where('state', live ? 'not in' : 'in', TERMINAL);
      return (await query.execute()).map((row) => toView(toRow(row)));
    },
  };
}
