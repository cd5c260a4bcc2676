import type { Kysely } from 'kysely';
import type { TriggerStore } from '../../../activities/ports/triggers.js';
import { TriggerRecord } from '../../../contracts/retraining.js';
import type { Database } from './schema.js';

export function openTriggerStore(db: Kysely<Database>): TriggerStore {
  return {
    record: async (model, { id, kind, at, detail, verdict, reason, run }) => {
      await db
        .insertInto('triggers')
        .values({ model, id, kind, at, detail, verdict, reason, run })
        .onConflict((conflict) => conflict.columns(['model', 'id']).doNothing())
        .execute();
    },

    newest: async (model, limit) => {
      const rows = await db
        .selectFrom('triggers')
        .select(['id', 'kind', 'at', 'detail', 'verdict', 'reason', 'run'])
        .where('model', '=', model)
        .orderBy('recorded_at', 'desc')
        .orderBy('id')
        .limit(limit)
        .execute();
      return rows.map((row) => TriggerRecord.parse({ ...row, at: row.at.toISOString() }));
    },
  };
}
