import { type Kysely, sql } from 'kysely';

const statements = [
  // One row: the mark that the object store and Temporal hold too, so that a restored store is known by its age.
  `create table store_mark (
    epoch bigint not null,
    at timestamptz not null,
    only_row boolean primary key default true check (only_row)
  )`,
];

export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of statements) await sql.raw(statement).execute(db);
}
