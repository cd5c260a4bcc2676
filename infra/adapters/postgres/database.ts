import { type DatabaseConnection, type Driver, Kysely, PostgresDialect } from 'kysely';
import pg from 'pg';
import type { Database } from './schema.js';
import { storable } from './storable.js';

/** The bigint columns hold sizes and counts below 2^53, so they are read as numbers. */
const INT8_OID = 20;

/**
 * A pool of connections for one process. A statement is ended after a minute, so that a lost server causes an error
 * instead of an endless wait.
 */
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
  // The pool drops an idle connection that breaks (server restart). Without a listener its error event would end
  // the process.
  pool.on('error', () => undefined);
  // The same applies to a connection that breaks while it is used: its statement is rejected, and the client also
  // emits an event.
  pool.on('connect', (client) => client.on('error', () => undefined));
  return new Kysely<Database>({ dialect: new StorableDialect({ pool }) });
}

/** PostgreSQL's dialect, with parameters that it can store. */
class StorableDialect extends PostgresDialect {
  override createDriver(): Driver {
    const driver = super.createDriver();
    const acquire = driver.acquireConnection.bind(driver);
    driver.acquireConnection = async () => {
      const connection = await acquire();
      return Object.hasOwn(connection, 'executeQuery') ? connection : withStorable(connection);
    };
    return driver;
  }
}

/** The driver hands out one object for each connection, again and again. */
function withStorable(connection: DatabaseConnection): DatabaseConnection {
  const execute = connection.executeQuery.bind(connection);
  connection.executeQuery = (query, ...rest) =>
    execute({ ...query, parameters: query.parameters.map(storable) }, ...rest);
  return connection;
}
