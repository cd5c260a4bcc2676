import type { Kysely } from 'kysely';
import type { Ledger } from '../../../activities/ports/ledger.js';
import { NOTHING, roomFor, plus, proposal } from '../../../contracts/budget-arithmetic.js';
import { Limits } from '../../../contracts/budget.js';
import { amountOf, limitsIn, lockAccounts, readAccounts, setLimits } from './budget-accounts.js';
import type { Database } from './schema.js';
import { readWaits } from './waits.js';

/** Requests to people to extend an account, one for each time that it runs out. */
export function openBudgetRequests(
  db: Kysely<Database>,
): Pick<Ledger, 'shortage' | 'openRequest' | 'closeRequest'> {
  return {
    shortage: async (account, generation) => {
      const [figures] = await readAccounts(db, [account]);
      if (figures?.generation !== generation) return undefined;
      const waits = (await readWaits(db)).filter((wait) => wait.accounts.includes(account));
      if (!waits.some((wait) => roomFor(figures, amountOf(wait)).kind === 'exhausted')) return undefined;
      const wanted = waits.map(amountOf).reduce(plus, NOTHING);
      const first = await db
        .selectFrom('budget_limits')
        .selectAll()
        .where('account', '=', account)
        .where('generation', '=', 1)
        .executeTakeFirstOrThrow();
      const proposed = proposal(figures, limitsIn(first), wanted).limits;
      return { figures, proposed, waiting: waits.length, wanted };
    },

    openRequest: (account, generation, proposed) =>
      db.transaction().execute(async (tx) => {
        await lockAccounts(tx, [account]);
        const known = await tx
          .selectFrom('budget_requests')
          .select(['status', 'asked'])
          .where('account', '=', account)
          .where('generation', '=', generation)
          .executeTakeFirst();
        // A decided request stays decided; a lapsed one is asked again.
        if (known && known.status !== 'LAPSED') return known.asked;
        const asked = (known?.asked ?? 0) + 1;
        const row = {
          status: 'PENDING',
          proposed: JSON.stringify(proposed),
          asked,
          decided_by: null,
          closed_at: null,
        };
        await tx
          .insertInto('budget_requests')
          .values({ account, generation, ...row })
          .onConflict((conflict) => conflict.columns(['account', 'generation']).doUpdateSet(row))
          .execute();
        return asked;
      }),

    closeRequest: async (account, generation, { status, by, approval }) => {
      await db.transaction().execute(async (tx) => {
        const [figures] = await lockAccounts(tx, [account]);
        const closed = await tx
          .updateTable('budget_requests')
          .set({ status, decided_by: by, closed_at: new Date() })
          .where('account', '=', account)
          .where('generation', '=', generation)
          .where('status', '=', 'PENDING')
          .returning('proposed')
          .executeTakeFirst();
        if (!closed || status !== 'APPROVED') return;
        // The limits were changed meanwhile. Those limits are kept.
        if (figures?.generation !== generation) return;
        await setLimits(tx, figures, Limits.parse(closed.proposed), by, approval);
      });
    },
  };
}
