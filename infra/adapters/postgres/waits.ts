import { type Kysely, type Selectable, sql } from 'kysely';
import type { NewJob } from '../../../activities/ports/job-row.js';
import type { Ledger } from '../../../activities/ports/ledger.js';
import { roomFor, plus } from '../../../contracts/budget-arithmetic.js';
import type { Amount, Parked } from '../../../contracts/budget.js';
import { amountOf, columnsOf, readAccounts } from './budget-accounts.js';
import type { Database } from './schema.js';

/** A parked job asks again at least every 15 minutes. One that has been silent for this long is gone. */
const GONE_AFTER = '40 minutes';
/** Most waiting jobs examined when resources are returned; the others are examined next time. */
const MAX_LOOKED_AT = 1_000;

type Wait = Selectable<Database['job_waits']>;

/** Record that a job waits, or still waits. Its place in the queue is that of its first request. */
export async function park(
  db: Kysely<Database>,
  { intent, model, run, backend }: NewJob,
  { why, reason }: Parked,
  request: {
    waiter: string;
    accounts: string[];
    wanted: Amount;
    gpus: number;
    pool: string | null;
    team: string;
    priority: number;
  },
): Promise<void> {
  const { waiter, accounts, wanted, gpus, pool, team, priority } = request;
  const line = { accounts, ...columnsOf(wanted), gpus, pool, team, priority };
  const now = { waiter, why, reason, ...line, seen_at: new Date() };
  await db
    .insertInto('job_waits')
    .values({ intent, model, run, backend, ...now })
    .onConflict((conflict) => conflict.column('intent').doUpdateSet(now))
    .execute();
}

export async function leave(db: Kysely<Database>, intent: string): Promise<void> {
  await db.deleteFrom('job_waits').where('intent', '=', intent).execute();
}

export const readWaits = (db: Kysely<Database>): Promise<Wait[]> =>
  db
    .selectFrom('job_waits')
    .selectAll()
    .where('seen_at', '>', sql<Date>`now() - ${GONE_AFTER}::interval`)
    .orderBy('since')
    .orderBy('intent')
    .limit(MAX_LOOKED_AT)
    .execute();

/** One message per waiting workflow: a study may wait for many jobs. */
const waitersOf = (waits: Wait[]): string[] => [...new Set(waits.map(({ waiter }) => waiter))];

/** Workflows with a job that fits its accounts now. Each job is checked against what the jobs before it leave. */
export async function readyWaiters(db: Kysely<Database>, waits: Wait[]): Promise<string[]> {
  const names = [...new Set(waits.flatMap((wait) => wait.accounts))];
  const accounts = new Map((await readAccounts(db, names)).map((figures) => [figures.account, figures]));
  const fits = waits.filter((wait) => {
    const wanted = amountOf(wait);
    const own = wait.accounts.map((name) => accounts.get(name)).filter((figures) => figures !== undefined);
    if (own.some((figures) => roomFor(figures, wanted).kind !== 'fits')) return false;
    for (const figures of own)
      accounts.set(figures.account, { ...figures, reserved: plus(figures.reserved, wanted) });
    return true;
  });
  return waitersOf(fits);
}

export function openWaits(db: Kysely<Database>): Pick<Ledger, 'waiting' | 'leave' | 'leaveAll'> {
  return {
    leave: (intent) => leave(db, intent),
    leaveAll: async (waiter) => {
      await db.deleteFrom('job_waits').where('waiter', '=', waiter).execute();
    },

    waiting: async (account) =>
      waitersOf((await readWaits(db)).filter((wait) => wait.accounts.includes(account))),
  };
}
