import type { Kysely } from 'kysely';
import type { StepStore } from '../../../activities/ports/step-store.js';
import type { Database } from './schema.js';

export function openStepStore(db: Kysely<Database>): StepStore {
  const find = async (key: string): Promise<unknown> =>
    (await db.selectFrom('steps').select('output').where('key', '=', key).executeTakeFirst())?.output;

  return {
    find,
    record: async (step) => {
      await db.transaction().execute(async (trx) => {
        const inserted = await trx
          .insertInto('steps')
          .values({
            key: step.key,
            kind: step.kind,
            model: step.model,
            run: step.run,
            inputs: JSON.stringify(step.inputs),
            output: JSON.stringify(step.output),
            duration_ms: Math.round(step.durationMs),
          })
          .onConflict((conflict) => {
            const onKey = conflict.column('key');
            return step.replace
              ? onKey.doUpdateSet({ output: JSON.stringify(step.output) })
              : onKey.doNothing();
          })
          .executeTakeFirst();
        if (inserted.numInsertedOrUpdatedRows === 0n || step.artifacts.length === 0) return;
        await trx
          .insertInto('artifacts')
          .values(
            step.artifacts.map((a) => ({
              sha256: a.sha256,
              uri: a.uri,
              bytes: a.bytes,
              media_type: a.mediaType,
            })),
          )
          .onConflict((conflict) => conflict.column('sha256').doNothing())
          .execute();
        await trx
          .insertInto('step_artifacts')
          .values(step.artifacts.map((a) => ({ step_key: step.key, sha256: a.sha256 })))
          .onConflict((conflict) => conflict.doNothing())
          .execute();
      });
      return find(step.key);
    },
  };
}
