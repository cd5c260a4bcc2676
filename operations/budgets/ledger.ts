import { z } from 'zod';
import { LedgerEntryView } from '../../contracts/budget.js';
import { text } from '../../contracts/primitives/text.js';
import { limit } from '../fields.js';
import { unknownAccount } from '../lookup/unknown-account.js';
import { defineOperation } from '../operation.js';

export const ledger = defineOperation({
  name: 'budgets.ledger',
  summary: 'Entries of a budget account, newest first',
  who: 'anyone',
  effect: 'read',
  input: z.strictObject({ account: text(200).describe('Name of the account.'), limit: limit(100) }),
  output: z.array(LedgerEntryView),
  errors: {
    'not-found': 'No account has this name.',
  },
  http: { method: 'GET', path: '/v1/budgets/{account}/ledger' },
  run: async (services, { account, limit: most }) => {
    const { books } = await services.records();
    if (!(await books.exists(account))) throw await unknownAccount(services, account);
    return books.entries(account, most);
  },
});
