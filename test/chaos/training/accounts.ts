import { setTimeout as pause } from 'node:timers/promises';
import type { Kysely } from 'kysely';
import { balance } from '../../support/budget/balance.js';
import type { Database } from '../../../infra/adapters/postgres/schema.js';
import type { Violation } from '../invariants.js';

const EVERY_MS = 500;

/** Looks again and again whether an account is over its limit, and in the end whether the ledger balances to the second. */
export function watchAccounts(db: Kysely<Database>) {
  const faults = new Set<string>();
  let looks = 0;
  let over = false;

  async function look(): Promise<void> {
    for (const fault of (await balance(db)).faults) faults.add(fault);
    looks += 1;
  }
  const watching = (async () => {
    while (!over) {
      // Its server may be what was struck.
      await look().catch(() => undefined);
      await pause(EVERY_MS);
    }
  })();
  return {
    stop: async (): Promise<{ violations: Violation[]; looks: number }> => {
      over = true;
      await watching;
      await look();
      return { violations: [...faults].map((what) => ({ kind: 'wrong', what })), looks };
    },
  };
}
