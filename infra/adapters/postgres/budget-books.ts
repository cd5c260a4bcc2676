import { type Kysely, sql } from 'kysely';
import { inHours, leftOf } from '../../../contracts/budget-arithmetic.js';
import type { AccountView, LedgerEntryView, Limits } from '../../../contracts/budget.js';
import { createAccount, lockAccounts, readAccounts, setLimits } from './budget-accounts.js';
import { readPrices, setPrice } from './prices.js';
import type { Database } from './schema.js';
import { openWaits, readWaits } from './waits.js';

/** The result of changing an account's limits: the former generation, and the waiting workflows to tell. */
export interface LimitsChange {
  /** Former generation; 0 if the account is new. */
  before: number;
  waiters: string[];
}

/** Accounts, entries and prices, as people see and set them. */
export function openBudgetBooks(db: Kysely<Database>) {
  return {
    accounts: async (): Promise<AccountView[]> => {
      const [accounts, waits, requests] = await Promise.all([
        readAccounts(db),
        readWaits(db),
        db
          .selectFrom('budget_requests')
          .select(['account', 'status'])
          .distinctOn('account')
          .orderBy('account')
          .orderBy('generation', 'desc')
          .execute(),
      ]);
      return accounts.map((figures) => ({
        account: figures.account,
        limit: inHours<number | null>(figures.limits),
        settled: inHours(figures.settled),
        reserved: inHours(figures.reserved),
        left: inHours<number | null>(leftOf(figures)),
        waiting: waits.filter((wait) => wait.accounts.includes(figures.account)).length,
        request: requests.find(({ account }) => account === figures.account)?.status ?? null,
      }));
    },

    /** Newest first. */
    entries: async (account: string, limit: number): Promise<LedgerEntryView[]> => {
      const rows = await db
        .selectFrom('ledger')
        .selectAll()
        .where('account', '=', account)
        .orderBy('id', 'desc')
        .limit(limit)
        .execute();
      return rows.map((row) => ({
        id: row.id,
        account: row.account,
        jobKey: row.job_key,
        kind: row.kind,
        gpuSeconds: row.gpu_ms / 1_000,
        cpuSeconds: row.cpu_ms / 1_000,
        money: row.money_micros / 1_000_000,
        estimated: row.estimated,
        at: row.at.toISOString(),
      }));
    },

    /** Create an account, or change the named limits and keep the others. */
    setLimits: (account: string, change: Limits, by: string, reason: string): Promise<LimitsChange> =>
      db.transaction().execute(async (tx) => {
        const [known] = await lockAccounts(tx, [account]);
        if (known) {
          const limits: Limits = {
            gpuMs: change.gpuMs ?? known.limits.gpuMs,
            cpuMs: change.cpuMs ?? known.limits.cpuMs,
            moneyMicros: change.moneyMicros ?? known.limits.moneyMicros,
          };
          await setLimits(tx, known, limits, by, reason);
        } else await createAccount(tx, account, change, by, reason);
        return { before: known?.generation ?? 0, waiters: await openWaits(tx).waiting(account) };
      }),

    exists: async (account: string): Promise<boolean> =>
      (await sql`select 1 from budget_accounts where name = ${account}`.execute(db)).rows.length > 0,
    prices: () => readPrices(db),
    setPrice: (price: Parameters<typeof setPrice>[1]) => setPrice(db, price),
  };
}
