import type { Kysely } from 'kysely';
import { balance } from '../../support/budget/balance.js';
import type { Database } from '../../../infra/adapters/postgres/schema.js';
import { lookAgain } from './look-again.js';

/** Checks continuously that no account exceeds its limit, and that the ledger balances to the second. */
export const watchAccounts = (db: Kysely<Database>) => lookAgain(async () => (await balance(db)).faults, 500);
