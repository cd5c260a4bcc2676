import { type Transaction, sql } from 'kysely';
import type { Alias } from '../../../contracts/registry.js';
import type { Database } from './schema.js';

/** Point an alias at a version, or at none, and keep its history. An unchanged alias is left as it is. */
export async function moveAlias(
  trx: Transaction<Database>,
  move: { model: string; alias: Alias; version: number | null; run: string; reason: string },
): Promise<void> {
  const current = await trx
    .selectFrom('aliases')
    .select('version')
    .where('model', '=', move.model)
    .where('alias', '=', move.alias)
    .where('valid_to', 'is', null)
    .executeTakeFirst();
  if ((current?.version ?? null) === move.version) return;
  await trx
    .updateTable('aliases')
    .set({ valid_to: sql<Date>`now()` })
    .where('model', '=', move.model)
    .where('alias', '=', move.alias)
    .where('valid_to', 'is', null)
    .execute();
  if (move.version === null) return;
  await trx
    .insertInto('aliases')
    .values({
      model: move.model,
      alias: move.alias,
      version: move.version,
      run: move.run,
      reason: move.reason,
      valid_to: null,
    })
    .execute();
}
