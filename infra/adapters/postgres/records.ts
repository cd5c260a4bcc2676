import { sql } from 'kysely';
import { MainspringError } from '../../../operations/errors.js';
import type { Records } from '../../../operations/ports/records.js';
import { unreachable } from '../../../operations/unreachable.js';
import type { Config } from '../../config.js';
import { openBudgetBooks } from './budget-books.js';
import { databaseTime } from './clock.js';
import { openClientViews } from './client-views.js';
import { openDatabase } from './database.js';
import { engineIdOf } from './engine-id.js';
import { openPoolBooks } from './pool-books.js';
import { openRegistry } from './registry.js';
import { markInDatabase } from './store-mark.js';
import { openTriggerStore } from './triggers.js';
import { openWindowStore } from './windows.js';
import { openWorkerRecords } from './worker-records.js';

/** Address without the password, for messages. */
function safeAddress(url: string): string {
  try {
    const parsed = new URL(url);
    return `${parsed.host}${parsed.pathname}`;
  } catch {
    return 'the address in MAINSPRING_POSTGRES_URL';
  }
}

/** Connections of one process, for all callers. */
const MAX_CONNECTIONS = 4;

/** @throws MainspringError `unreachable` when nothing answers or the tables are missing */
export async function openRecords({
  postgres,
}: Pick<Config, 'postgres'>): Promise<Records & { close(): Promise<void> }> {
  const address = safeAddress(postgres.url);
  const db = openDatabase(postgres.url, { max: MAX_CONNECTIONS });
  try {
    const { rows } = await sql<{ specs: string | null }>`select to_regclass('specs')::text as specs`.execute(
      db,
    );
    if (!rows[0]?.specs)
      throw new MainspringError(
        'unreachable',
        `The database at ${address} has no tables of Mainspring`,
        'Start the stack once with `mainspring up`: it runs the migrations.',
      );
  } catch (error) {
    await db.destroy();
    if (error instanceof MainspringError) throw error;
    throw unreachable('PostgreSQL', address, 'MAINSPRING_POSTGRES_URL', error);
  }
  return {
    time: () => databaseTime(db),
    engineId: () => engineIdOf(db),
    storeMark: () => markInDatabase(db).read(),
    workers: () => openWorkerRecords(db).list(),
    registry: openRegistry(db),
    views: openClientViews(db),
    windows: openWindowStore(db),
    triggers: openTriggerStore(db),
    books: openBudgetBooks(db),
    pools: openPoolBooks(db),
    close: () => db.destroy(),
  };
}
