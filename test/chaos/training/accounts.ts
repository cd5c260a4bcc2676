import type { Kysely } from 'kysely';
import { balance } from '../../support/budget/balance.js';
import type { Database } from '../../../infra/adapters/postgres/schema.js';
import { lookAgain } from './look-again.js';

/** Looks all the time whether an account is over its limit, and whether the ledger balances to the second. */
export const watchAccounts = (db: Kysely<Database>) => lookAgain(async () => (await balance(db)).faults, 500);
