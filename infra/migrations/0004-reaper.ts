import { type Kysely, sql } from 'kysely';

const statements = [
  // Findings, each with the time since when it has been seen without interruption. The reaper acts on the second
  // sighting.
  `create table reaper_sightings (kind text not null, subject text not null, backend text, intent text, attempt integer,
     action text not null, reason text not null, first_seen timestamptz not null, last_seen timestamptz not null,
     primary key (kind, subject))`,
  // Written before an action begins, so that two reapers never do the same action. Rows are kept for the audit.
  `create table reaper_actions (id text primary key, kind text not null, subject text not null, reason text not null,
     by text not null, begun_at timestamptz not null, done_at timestamptz, outcome text)`,
  `create index reaper_actions_time on reaper_actions (begun_at)`,
];

export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of statements) await sql.raw(statement).execute(db);
}
