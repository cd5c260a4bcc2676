import type { Ledger } from '../ports/ledger.js';
import type { Registry } from '../ports/registry.js';
import { makeCloseBudgetRequest } from './close-budget-request.js';
import { makeOpenBudgetRequest } from './open-budget-request.js';

export const createBudgetActivities = (deps: {
  ledger: Ledger;
  registry: Pick<Registry, 'loadSpec' | 'run'>;
}) => ({
  openBudgetRequest: makeOpenBudgetRequest(deps),
  closeBudgetRequest: makeCloseBudgetRequest(deps),
});
export type BudgetActivities = ReturnType<typeof createBudgetActivities>;
