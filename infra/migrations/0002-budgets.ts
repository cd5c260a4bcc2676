import { type Kysely, sql } from 'kysely';

/** Amounts are whole milliseconds and whole millionths of the price list's currency, so that sums are exact. */
const amount = (prefix = ''): string =>
  ['gpu_ms', 'cpu_ms', 'money_micros'].map((name) => `${prefix}${name} bigint not null default 0`).join(', ');

const statements = [
  // The sums of the ledger are kept in the account's row, so that a reservation locks and reads one row.
  `create table budget_accounts (name text primary key, generation integer not null default 1, ${amount('settled_')}, ${amount('reserved_')},
     created_at timestamptz not null default now())`,
  // A null column means that this kind is not limited.
  `create table budget_limits (account text not null references budget_accounts, generation integer not null, gpu_ms bigint, cpu_ms bigint,
     money_micros bigint, set_by text not null, reason text not null, valid_from timestamptz not null default now(), valid_to timestamptz,
     primary key (account, generation))`,
  `create unique index budget_limits_one_current on budget_limits (account) where valid_to is null`,
  `create table ledger (id bigint generated always as identity primary key, account text not null references budget_accounts, job_key text not null,
     kind text not null check (kind in ('reserve', 'release', 'settle', 'correct')), ${amount()}, estimated boolean not null default false,
     gpus integer not null, cpus integer not null, gpu_hour_micros bigint not null, cpu_hour_micros bigint not null,
     at timestamptz not null default now(), unique (job_key, account, kind))`,
  `create index ledger_account on ledger (account, id)`,
  `create function ledger_is_append_only() returns trigger language plpgsql as
     $$ begin raise exception 'the ledger is append-only: write a correcting entry'; end $$`,
  `create trigger ledger_append_only before update or delete on ledger for each row execute function ledger_is_append_only()`,
  // An empty gpu_type is the price of every kind without a price of its own.
  `create table prices (backend text not null, gpu_type text not null, gpu_hour_micros bigint not null, cpu_hour_micros bigint not null,
     set_by text not null, valid_from timestamptz not null default now(), valid_to timestamptz)`,
  `create unique index prices_one_current on prices (backend, gpu_type) where valid_to is null`,
  // One request for each time that an account runs out, that is, for each generation of its limits.
  `create table budget_requests (account text not null references budget_accounts, generation integer not null, status text not null,
     asked integer not null, proposed jsonb not null, decided_by text, opened_at timestamptz not null default now(), closed_at timestamptz,
     primary key (account, generation))`,
  // Parked jobs. A parked job has no row in `jobs` and holds no worker slot.
  `create table job_waits (intent text primary key, waiter text not null, model text not null, run text not null, backend text not null, why text not null, reason text not null,
     accounts text[] not null, ${amount()}, pool text, team text not null, priority integer not null, gpus integer not null,
     since timestamptz not null default now(), seen_at timestamptz not null default now())`,
  `create table pools (name text primary key, backend text not null, gpu_type text not null, gpus integer, jobs integer,
     set_by text not null, updated_at timestamptz not null default now(), unique (backend, gpu_type))`,
  `create table pool_teams (pool text not null references pools on delete cascade, team text not null, weight double precision not null check (weight > 0),
     primary key (pool, team))`,
  // A slot counts as taken while its job's row is in a non-final state, so nothing has to return it.
  `create table pool_slots (job_key text primary key references jobs, pool text not null, team text not null, gpus integer not null,
     devices integer[], at timestamptz not null default now())`,
  `create index pool_slots_pool on pool_slots (pool, at)`,
];

export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of statements) await sql.raw(statement).execute(db);
}
