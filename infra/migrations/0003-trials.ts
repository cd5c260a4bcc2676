import { type Kysely, sql } from 'kysely';

const statements = [
  `create table trials (model text not null, run text not null, trial integer not null, params jsonb not null, state text not null,
     value double precision, metrics jsonb not null default '{}', reason text, step double precision, spend jsonb,
     created_at timestamptz not null default now(), ended_at timestamptz, primary key (model, run, trial))`,
  // Finds the best and the newest trials of a study without reading all of them.
  `create index trials_value on trials (model, run, state, value)`,
  `create index trials_ended on trials (model, run, ended_at)`,
  `create table trial_rungs (model text not null, run text not null, rung integer not null, trial integer not null, step double precision not null,
     value double precision not null, place integer, reached integer, stopped boolean, at timestamptz not null default now(),
     primary key (model, run, rung, trial))`,
  `create index trial_rungs_value on trial_rungs (model, run, rung, value)`,
];

export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of statements) await sql.raw(statement).execute(db);
}
