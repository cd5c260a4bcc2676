import { type Kysely, sql } from 'kysely';
import type { NewJob } from '../../../activities/ports/job-row.js';
import type { Demand } from '../../../activities/ports/ledger.js';
import { TERMINAL_JOB_STATES } from '../../../contracts/job-state.js';
import { BACKENDS } from '../../../contracts/backends/index.js';
import type { Parked } from '../../../contracts/budget.js';
import { FailureType, fail } from '../../../contracts/failures.js';
import {
  type PoolJob,
  type PoolLimits,
  type PoolWait,
  fitsEver,
  nextInLine,
} from '../../../contracts/fair-share.js';
import { BackendName } from '../../../contracts/spec/training.js';
import type { Tx } from './budget-accounts.js';
import type { Database } from './schema.js';
import { readWaits } from './waits.js';

export const DEFAULT_PRIORITY = 3;

/** The pool of a kind of accelerator, else the pool of all kinds. Undefined if there is none: then no job waits. */
export async function poolOf(
  db: Kysely<Database>,
  backend: string,
  gpuType: string | undefined,
): Promise<string | undefined> {
  const row = await db
    .selectFrom('pools')
    .select('name')
    .where('backend', '=', backend)
    .where('gpu_type', 'in', [gpuType ?? '', ''])
    .orderBy('gpu_type', 'desc')
    .limit(1)
    .executeTakeFirst();
  return row?.name;
}

export interface PoolState {
  limits: PoolLimits;
  running: PoolJob[];
  waiting: PoolWait[];
  /** Team → recent GPU-seconds (slot-seconds without GPUs). The weight of usage halves with each day of age. */
  used: Record<string, number>;
}

/**
 * Reads a pool and its taken slots. A slot is taken while its job's row is in a non-final state. It is derived from
 * the rows, so that no slot can leak.
 */
export async function readPool(db: Kysely<Database>, pool: string): Promise<PoolState | undefined> {
  const declared = await db.selectFrom('pools').selectAll().where('name', '=', pool).executeTakeFirst();
  if (!declared) return undefined;
  const teams = await db.selectFrom('pool_teams').selectAll().where('pool', '=', pool).execute();
  const { rows: running } = await sql<PoolJob>`
    select s.job_key id, s.team, s.gpus from pool_slots s join jobs j using (job_key)
    where s.pool = ${pool} and j.state not in (${sql.join(TERMINAL_JOB_STATES)})`.execute(db);
  const { rows: used } = await sql<{ team: string; used: number }>`
    select s.team, sum(greatest(s.gpus, 1) * extract(epoch from coalesce(j.ended_at, now()) - s.at)
      * power(0.5, extract(epoch from now() - coalesce(j.ended_at, now())) / 86400))::float used
    from pool_slots s join jobs j using (job_key)
    where s.pool = ${pool} and s.at > now() - interval '7 days' group by s.team`.execute(db);
  const waiting = (await readWaits(db)).filter((wait) => wait.pool === pool);
  return {
    limits: {
      gpus: declared.gpus,
      jobs: declared.jobs,
      weights: Object.fromEntries(teams.map(({ team, weight }) => [team, weight])),
    },
    running,
    used: Object.fromEntries(used.map((row) => [row.team, row.used])),
    waiting: waiting.map(({ intent, team, gpus, priority, since }) => ({
      id: intent,
      team,
      gpus,
      priority,
      sinceMs: since.getTime(),
    })),
  };
}

/** Why a job has no slot yet; undefined if it may take one. Locks the pool until the transaction ends. */
export async function poolRefusal(
  tx: Tx,
  pool: string,
  { intent, model }: NewJob,
  { resources, team = model, priority = DEFAULT_PRIORITY }: Demand,
): Promise<Parked | undefined> {
  await tx.selectFrom('pools').select('name').where('name', '=', pool).forUpdate().execute();
  const state = await readPool(tx, pool);
  if (!state) return undefined;
  const { limits, running, used } = state;
  const gpus = resources.gpus * resources.nodes;
  if (!fitsEver(limits, { gpus }))
    throw fail(
      FailureType.InvalidInput,
      `${intent} asks for ${gpus} GPUs, and pool "${pool}" has ${limits.gpus ?? 'any number of'} GPUs and ${limits.jobs ?? 'any number of'} jobs`,
      { remedy: `Ask for less, or raise it with mainspring pool set ${pool}.` },
    );
  const known = state.waiting.find(({ id }) => id === intent);
  const me = known ?? { id: intent, team, gpus, priority, sinceMs: Date.now() };
  const waiting = known ? state.waiting : [...state.waiting, me];
  const chosen = nextInLine(limits, running, used, waiting);
  if (chosen.includes(me)) return undefined;
  const busy = running.reduce((sum, job) => sum + job.gpus, 0);
  const mine = running.filter((job) => job.team === team).length;
  return {
    why: 'capacity',
    at: pool,
    generation: 0,
    own: false,
    reason: `pool "${pool}" is full for team ${team} (weight ${limits.weights[team] ?? 1}): ${running.length} of ${limits.jobs ?? '∞'} jobs and ${busy} of ${limits.gpus ?? '∞'} GPUs are taken, ${mine} jobs by this team; ${waiting.length} wait. It is told when its turn comes; see \`mainspring pools\`.`,
  };
}

/**
 * The lowest accelerator numbers of this machine without a running job; null if the backend's engine assigns
 * accelerators. The caller holds the pool's lock.
 */
async function freeDevices(tx: Tx, pool: string, wanted: number): Promise<number[] | null> {
  const { backend, gpus } = await tx
    .selectFrom('pools')
    .select(['backend', 'gpus'])
    .where('name', '=', pool)
    .executeTakeFirstOrThrow();
  if (BACKENDS[BackendName.parse(backend)].assignsDevices || gpus === null) return null;
  const { rows } = await sql<{ device: number }>`
    select unnest(s.devices) device from pool_slots s join jobs j using (job_key)
    where s.pool = ${pool} and j.state not in (${sql.join(TERMINAL_JOB_STATES)})`.execute(tx);
  const taken = new Set(rows.map(({ device }) => device));
  const free = Array.from({ length: gpus }, (_, device) => device).filter((device) => !taken.has(device));
  return free.slice(0, wanted);
}

export async function takeSlot(tx: Tx, pool: string, job: NewJob, demand: Demand): Promise<void> {
  const { resources, team = job.model } = demand;
  const gpus = resources.gpus * resources.nodes;
  const devices = await freeDevices(tx, pool, gpus);
  await tx.insertInto('pool_slots').values({ job_key: job.jobKey, pool, team, gpus, devices }).execute();
}

export async function devicesOf(db: Kysely<Database>, jobKey: string): Promise<number[] | null> {
  const slot = await db
    .selectFrom('pool_slots')
    .select('devices')
    .where('job_key', '=', jobKey)
    .executeTakeFirst();
  return slot?.devices ?? null;
}

/** Intents of the waiting jobs that the pools have room for now. */
export async function readyInPools(db: Kysely<Database>, pools: readonly string[]): Promise<Set<string>> {
  const found = new Set<string>();
  for (const pool of pools) {
    const state = await readPool(db, pool);
    if (!state) continue;
    for (const { id } of nextInLine(state.limits, state.running, state.used, state.waiting)) found.add(id);
  }
  return found;
}
