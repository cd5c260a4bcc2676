import { type Kysely, sql } from 'kysely';

const statements = [
  // One row a process, written by itself: what doctor knows of workers on other machines. Times are those of the database.
  `create table workers (
    id text primary key,
    pool text not null,
    host text not null,
    pid integer not null,
    version text not null,
    state text not null,
    ahead_ms double precision,
    started_at timestamptz not null default clock_timestamp(),
    seen_at timestamptz not null default clock_timestamp()
  )`,
];

export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of statements) await sql.raw(statement).execute(db);
}
