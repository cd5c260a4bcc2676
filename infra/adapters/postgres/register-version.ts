import { type Kysely, sql } from 'kysely';
import type { RegisterVersionInput, VersionRef } from '../../../contracts/registry.js';
import type { Database } from './schema.js';

/**
 * Give a run's model its version number. Idempotent by (model, run). Numbers have no gaps: writers of one model
 * take turns under an advisory lock that ends with the transaction.
 */
export const registerVersion = (db: Kysely<Database>, input: RegisterVersionInput): Promise<VersionRef> =>
  db.transaction().execute(async (trx) => {
    await sql`select pg_advisory_xact_lock(hashtext(${`versions/${input.model}`}))`.execute(trx);
    const known = await trx
      .selectFrom('versions')
      .select('version')
      .where('model', '=', input.model)
      .where('run', '=', input.run)
      .executeTakeFirst();
    if (known) return { model: input.model, version: known.version };
    const { newest } = await trx
      .selectFrom('versions')
      .select((eb) => eb.fn.max('version').as('newest'))
      .where('model', '=', input.model)
      .executeTakeFirstOrThrow();
    const version = (newest ?? 0) + 1;
    await trx
      .insertInto('versions')
      .values({
        model: input.model,
        version,
        run: input.run,
        spec_digest: input.specDigest,
        artifact: JSON.stringify(input.trained.artifact),
        code_digest: input.code,
        environment_digest: input.environment,
        data: JSON.stringify(input.data),
        trained: JSON.stringify(input.trained),
        evaluation: JSON.stringify(input.evaluation),
        decisions: JSON.stringify(input.decisions),
      })
      .execute();
    return { model: input.model, version };
  });
