import { Migrator } from 'kysely';
import { openDatabase } from '../adapters/postgres/database.js';
import * as foundation from './0001-foundation.js';
import * as budgets from './0002-budgets.js';
import * as trials from './0003-trials.js';
import * as reaper from './0004-reaper.js';
import * as installation from './0005-installation.js';
import * as workers from './0006-workers.js';
import * as storeMark from './0007-store-mark.js';

const migrations = {
  '0001-foundation': foundation,
  '0002-budgets': budgets,
  '0003-trials': trials,
  '0004-reaper': reaper,
  '0005-installation': installation,
  '0006-workers': workers,
  '0007-store-mark': storeMark,
};

/** Bring a database up to date. Safe when several processes start at once: Kysely takes an advisory lock. */
export async function migrate(url: string): Promise<string[]> {
  const db = openDatabase(url);
  try {
    const migrator = new Migrator({ db, provider: { getMigrations: async () => migrations } });
    const { error, results } = await migrator.migrateToLatest();
    if (error) throw error instanceof Error ? error : new Error(JSON.stringify(error));
    return (results ?? []).map((result) => result.migrationName);
  } finally {
    await db.destroy();
  }
}
