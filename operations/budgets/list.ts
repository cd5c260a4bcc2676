import { z } from 'zod';
import { AccountView } from '../../contracts/budget.js';
import { defineOperation } from '../operation.js';

export const list = defineOperation({
  name: 'budgets.list',
  summary: 'Budget accounts: limit, settled, reserved, left, and the number of waiting jobs',
  who: 'anyone',
  effect: 'read',
  input: z.strictObject({}),
  output: z.array(AccountView),
  http: { method: 'GET', path: '/v1/budgets' },
  run: async (services) => (await services.records()).books.accounts(),
});
