import { type Kysely, type Selectable, sql } from 'kysely';
import type { NewJob } from '../../../activities/ports/job-store.js';
import type { Ledger } from '../../../activities/ports/ledger.js';
import { judge, plus } from '../../../contracts/budget-arithmetic.js';
import type { Amount, Parked } from '../../../contracts/budget.js';
import { amountOf, columnsOf, readAccounts } from './budget-accounts.js';
import type { Database } from './schema.js';

/** A parked job asks again at least every 15 minutes: one that has not for so long is gone. */
const GONE_AFTER = '40 minutes';
/** Looked at when something is free; more wait for the next time. */
const MAX_LOOKED_AT = 1_000;

type Wait = Selectable<Database['job_waits']>;

/** Note that a job waits, and that it still does. Its place in the line is that of the first time. */
export async function park(
  db: Kysely<Database>,
  { intent, model, run, backend }: NewJob,
  { why, reason }: Parked,
  { waiter, accounts, wanted, gpus }: { waiter: string; accounts: string[]; wanted: Amount; gpus: number },
): Promise<void> {
  const now = { waiter, why, reason, accounts, ...columnsOf(wanted), gpus, seen_at: new Date() };
  await db
    .insertInto('job_waits')
    .values({ intent, model, run, backend, team: model, priority: 3, pool: null, ...now })
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

/** A study waits for many jobs, and is told once. */
const waitersOf = (waits: Wait[]): string[] => [...new Set(waits.map(({ waiter }) => waiter))];

export function openWaits(db: Kysely<Database>): Pick<Ledger, 'ready' | 'waiting' | 'leave' | 'leaveAll'> {
  return {
    leave: (intent) => leave(db, intent),
    leaveAll: async (waiter) => {
      await db.deleteFrom('job_waits').where('waiter', '=', waiter).execute();
    },
    ready: async () => {
      const waits = await readWaits(db);
      if (waits.length === 0) return [];
      const names = [...new Set(waits.flatMap((wait) => wait.accounts))];
      const accounts = new Map((await readAccounts(db, names)).map((figures) => [figures.account, figures]));
      const fits = waits.filter((wait) => {
        const wanted = amountOf(wait);
        const own = wait.accounts
          .map((name) => accounts.get(name))
          .filter((figures) => figures !== undefined);
        if (own.some((figures) => judge(figures, wanted).kind !== 'fits')) return false;
        // The next in the line sees what is left when this one has taken its part.
        for (const figures of own)
          accounts.set(figures.account, { ...figures, reserved: plus(figures.reserved, wanted) });
        return true;
      });
      return waitersOf(fits);
    },
    waiting: async (account) =>
      waitersOf((await readWaits(db)).filter((wait) => wait.accounts.includes(account))),
  };
}
