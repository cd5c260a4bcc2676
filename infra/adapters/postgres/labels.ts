import { type Kysely, sql } from 'kysely';
import type { Database } from './schema.js';

export const openLabelStore = (db: Kysely<Database>) => ({
  /**
   * The labels are committed when this returns. Each inference has at most one row; a later label replaces an
   * earlier one, never the reverse.
   */
  save: async (
    model: string,
    labels: readonly { inferenceId: string; label: number; labelAt: Date }[],
  ): Promise<void> => {
    const ids = labels.map(({ inferenceId }) => inferenceId);
    const values = labels.map(({ label }) => label);
    const times = labels.map(({ labelAt }) => labelAt.toISOString());
    // Sorted by id, so that two writers of the same labels lock them in the same order.
    await sql`
      insert into labels (model, inference_id, label, label_at)
      select ${model}, id, label, at
      from unnest(${ids}::text[], ${values}::double precision[], ${times}::timestamptz[]) as sent (id, label, at)
      order by id
      on conflict (model, inference_id) do update
      set label = excluded.label, label_at = excluded.label_at, received_at = now()
      where excluded.label_at > labels.label_at`.execute(db);
  },
});
