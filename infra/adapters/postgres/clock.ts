import { type Kysely, sql } from 'kysely';
import type { Database } from './schema.js';

/** The time of the database server. */
export async function databaseTime(db: Kysely<Database>): Promise<Date> {
  const { rows } = await sql<{ at: Date }>`select clock_timestamp() as at`.execute(db);
  return rows[0]?.at ?? new Date(Number.NaN);
}
