import { type Kysely, sql } from 'kysely';
import type { WorkerRecord } from '../../../operations/ports/workers.js';
import type { Database } from './schema.js';

/** A worker that was not seen for so long is over, however it ended. */
const FORGET = sql`interval '1 day'`;

export interface WorkerReport {
  id: string;
  pool: string;
  host: string;
  pid: number;
  version: string;
  state: string;
  /** Undefined if no server told its time. */
  aheadMs: number | undefined;
}

/** The table of running workers. Each row has the time of its last report, by the clock of the database. */
export function openWorkerRecords(db: Kysely<Database>) {
  return {
    report: async ({ aheadMs, ...report }: WorkerReport): Promise<void> => {
      const seen = { ...report, ahead_ms: aheadMs ?? null, seen_at: sql<Date>`clock_timestamp()` };
      await db
        .insertInto('workers')
        .values(seen)
        .onConflict((conflict) => conflict.column('id').doUpdateSet(seen))
        .execute();
      await db
        .deleteFrom('workers')
        .where('seen_at', '<', sql<Date>`clock_timestamp() - ${FORGET}`)
        .execute();
    },
    leave: async (id: string): Promise<void> => {
      await db.deleteFrom('workers').where('id', '=', id).execute();
    },
    list: async (): Promise<WorkerRecord[]> => {
      const rows = await db
        .selectFrom('workers')
        .selectAll()
        .select(sql<number>`extract(epoch from clock_timestamp() - seen_at) * 1000`.as('silent_ms'))
        .orderBy('pool')
        .orderBy('started_at')
        .execute();
      return rows.map(({ pool, host, pid, version, state, ahead_ms, silent_ms }) => ({
        ...{ pool, host, pid, version, state },
        aheadMs: ahead_ms,
        silentMs: Number(silent_ms),
      }));
    },
  };
}
