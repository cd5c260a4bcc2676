import { type Kysely, type Transaction, sql } from 'kysely';
import { RouteTable } from '../../../contracts/release.js';
import type { Database } from './schema.js';

/** The current routes of a model. */
export async function currentRoutes(db: Kysely<Database>, model: string): Promise<RouteTable | undefined> {
  const row = await db
    .selectFrom('routes')
    .select('table')
    .where('model', '=', model)
    .where('valid_to', 'is', null)
    .executeTakeFirst();
  return row && RouteTable.parse(row.table);
}

/** Writers of one model's routes take turns until their transaction ends. */
export async function lockRoutes(trx: Transaction<Database>, model: string): Promise<RouteTable | undefined> {
  await sql`select pg_advisory_xact_lock(hashtext(${`routes/${model}`}))`.execute(trx);
  return currentRoutes(trx, model);
}

/** Append the next generation. The caller holds the lock. */
export async function appendRoutes(
  trx: Transaction<Database>,
  table: RouteTable,
  { run, reason }: { run: string; reason: string },
): Promise<void> {
  await trx
    .updateTable('routes')
    .set({ valid_to: sql<Date>`now()` })
    .where('model', '=', table.model)
    .where('valid_to', 'is', null)
    .execute();
  await trx
    .insertInto('routes')
    .values({
      model: table.model,
      generation: table.generation,
      table: JSON.stringify(table),
      run,
      reason,
      valid_to: null,
    })
    .execute();
}
