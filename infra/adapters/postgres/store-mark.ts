import type { Kysely } from 'kysely';
import type { MarkedStore } from '../../../operations/ports/marked-store.js';
import type { Database } from './schema.js';

export const markInDatabase = (db: Kysely<Database>): MarkedStore => ({
  name: 'PostgreSQL',
  read: async () => {
    const row = await db.selectFrom('store_mark').select(['epoch', 'at']).executeTakeFirst();
    return row && { epoch: row.epoch, at: row.at.toISOString() };
  },
  write: async (mark) => {
    await db
      .insertInto('store_mark')
      .values(mark)
      .onConflict((conflict) => conflict.column('only_row').doUpdateSet(mark))
      .execute();
  },
});
