import type { Kysely } from 'kysely';
import type { Database } from './schema.js';

/** The random id of this installation, for one that was given none by MAINSPRING_ENGINE_ID. */
export const engineIdOf = async (db: Kysely<Database>): Promise<string> =>
  (await db.selectFrom('installation').select('engine_id').executeTakeFirstOrThrow()).engine_id;
