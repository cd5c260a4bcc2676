import { sql } from 'kysely';
import { openDatabase } from '../../infra/adapters/postgres/database.js';
import { openRegistry } from '../../infra/adapters/postgres/registry.js';
import { openTriggerStore } from '../../infra/adapters/postgres/triggers.js';
import { openWindowStore } from '../../infra/adapters/postgres/windows.js';
import { openClientViews } from '../../infra/adapters/postgres/client-views.js';
import { openBudgetBooks } from '../../infra/adapters/postgres/budget-books.js';
import { openPoolBooks } from '../../infra/adapters/postgres/pool-books.js';
import type { Config } from '../../infra/config.js';
import { MainspringError } from '../errors.js';
import { unreachable } from './unreachable.js';

export interface Database {
  registry: ReturnType<typeof openRegistry>;
  views: ReturnType<typeof openClientViews>;
  windows: ReturnType<typeof openWindowStore>;
  triggers: ReturnType<typeof openTriggerStore>;
  books: ReturnType<typeof openBudgetBooks>;
  pools: ReturnType<typeof openPoolBooks>;
  close(): Promise<void>;
}

/** Address without the password, for messages. */
function safeAddress(url: string): string {
  try {
    const parsed = new URL(url);
    return `${parsed.host}${parsed.pathname}`;
  } catch {
    return 'the address in MAINSPRING_POSTGRES_URL';
  }
}

/** @throws MainspringError `unreachable` when nothing answers or the tables are missing */
export async function openClientDatabase({ postgres }: Config): Promise<Database> {
  const address = safeAddress(postgres.url);
  const db = openDatabase(postgres.url, { max: 4 });
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
    registry: openRegistry(db),
    views: openClientViews(db),
    windows: openWindowStore(db),
    triggers: openTriggerStore(db),
    books: openBudgetBooks(db),
    pools: openPoolBooks(db),
    close: () => db.destroy(),
  };
}
