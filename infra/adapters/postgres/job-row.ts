import type { Kysely, Selectable } from 'kysely';
import pg from 'pg';
import type { JobRow, NewJob } from '../../../activities/ports/job-row.js';
import { FailureType, fail } from '../../../contracts/failures.js';
import { BackendName } from '../../../contracts/spec/training.js';
import { JobClass, type Spend } from '../../../contracts/training.js';
import { JobState } from '../../../contracts/job-state.js';
import type { Database } from './schema.js';

const UNIQUE_VIOLATION = '23505';
const LIVE_ATTEMPT = 'jobs_one_live_attempt';

export const toRow = (row: Selectable<Database['jobs']>): JobRow => ({
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

export async function getJob(db: Kysely<Database>, jobKey: string): Promise<JobRow | undefined> {
  const row = await db.selectFrom('jobs').selectAll().where('job_key', '=', jobKey).executeTakeFirst();
  return row && toRow(row);
}

/**
 * Write a row in state `intended`; a repeated key returns the first row. Runs in the caller's transaction, if there
 * is one.
 *
 * @throws MainspringFailure `JobConflict` if another attempt of the intent is in a non-final state
 */
export async function insertJob(db: Kysely<Database>, job: NewJob): Promise<JobRow> {
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
        `${job.intent} has an attempt that is not over: attempt ${job.attempt} cannot begin`,
        { remedy: 'See `mainspring jobs`.' },
      );
    throw error;
  }
  const row = await getJob(db, job.jobKey);
  if (!row) throw new Error(`row ${job.jobKey} disappeared after it was written`);
  return row;
}
