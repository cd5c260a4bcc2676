import type { Kysely } from 'kysely';
import type { JobChange, JobStore } from '../../../activities/ports/job-store.js';
import type { JobRow } from '../../../activities/ports/job-row.js';
import { TERMINAL_JOB_STATES, isTerminal } from '../../../contracts/job-state.js';
import type { JobView } from '../../../contracts/training.js';
import { lockAccounts } from './budget-accounts.js';
import { openLedger } from './ledger.js';
import type { Database } from './schema.js';
import { reservationsOf, settle } from './settlement.js';
import { getJob, insertJob, toRow } from './job-row.js';

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

/** Removes zero bytes, which a trainer may print and which Postgres text does not accept. */
const text = (value: string | null): string | null => value?.replaceAll('\0', '') ?? null;

/** The column of each field that a transition may change, with its value in the column's type. */
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

async function updateJob(
  db: Kysely<Database>,
  jobKey: string,
  version: number,
  change: JobChange,
): Promise<JobRow | undefined> {
  const row = await db
    .updateTable('jobs')
    .set({ ...columns(change), version: version + 1 })
    .where('job_key', '=', jobKey)
    .where('version', '=', version)
    .returningAll()
    .executeTakeFirst();
  return row && toRow(row);
}

/**
 * Rows of attempts in Postgres. A partial unique index allows at most one attempt in a non-final state per intent.
 */
export function openJobStore(db: Kysely<Database>): JobStore {
  return {
    ledger: openLedger(db),
    get: (jobKey) => getJob(db, jobKey),
    insert: (job) => insertJob(db, job),
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
      const write = (on: Kysely<Database>) => updateJob(on, jobKey, version, change);
      if (change.state === undefined || !isTerminal(change.state)) return write(db);
      const reservations = await reservationsOf(db, jobKey);
      if (reservations.length === 0) return write(db);
      return db.transaction().execute(async (tx) => {
        const names = reservations.map(({ account }) => account);
        await lockAccounts(tx, names);
        const row = await write(tx);
        if (row) await settle(tx, reservations, row, change.estimated ?? true);
        return row;
      });
    },
    list: async ({ model, run, live, limit }) => {
      let query = db.selectFrom('jobs').selectAll().orderBy('created_at', 'desc').limit(limit);
      if (model !== undefined) query = query.where('model', '=', model);
      if (run !== undefined) query = query.where('run', '=', run);
      if (live !== undefined) query = query.where('state', live ? 'not in' : 'in', TERMINAL_JOB_STATES);
      return (await query.execute()).map((row) => toView(toRow(row)));
    },
  };
}
