import { type Kysely, sql } from 'kysely';

const statements = [
  // One row, drawn here, so that every process of the installation has the same id and no other installation has it.
  `create table installation (engine_id text not null, only_row boolean primary key default true check (only_row))`,
  `insert into installation (engine_id) values ('engine-' || left(replace(gen_random_uuid()::text, '-', ''), 16))`,
];

export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of statements) await sql.raw(statement).execute(db);
}
