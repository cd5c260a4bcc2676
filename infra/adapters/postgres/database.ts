import { Kysely, PostgresDialect } from 'kysely';
import pg from 'pg';
import type { Database } from './schema.js';

/** bigint columns here are sizes and counts below 2^53. */
const INT8_OID = 20;

/** A pool for one process. Statements that hang end after a minute, so that a lost server is an error and not a wait. */
export function openDatabase(url: string, { max = 8 }: { max?: number } = {}): Kysely<Database> {
  const pool = new pg.Pool({
    connectionString: url,
    max,
    connectionTimeoutMillis: 10_000,
    query_timeout: 60_000,
    keepAlive: true,
    types: {
      getTypeParser: (oid: number, format?: 'text' | 'binary') =>
        oid === INT8_OID ? Number : (pg.types.getTypeParser(oid, format) as (value: string) => unknown),
    },
  });
  // An idle connection that breaks (server restart) is dropped by the pool; without a listener it ends the process.
  pool.on('error', () => undefined);
  // So does one that breaks in the middle of its work: the statement is rejected, and the client says it once more by event.
  pool.on('connect', (client) => client.on('error', () => undefined));
  return new Kysely<Database>({ dialect: new PostgresDialect({ pool }) });
}
