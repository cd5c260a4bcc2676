import { z } from 'zod';
import { limitsOf } from '../../contracts/budget-arithmetic.js';
import { AccountView } from '../../contracts/budget.js';
import { budgetExtensionId } from '../../contracts/ids.js';
import { goOn } from '../../contracts/job-lease.js';
import { ShortName } from '../../contracts/spec/training.js';
import { actor } from '../caller.js';
import { MainspringError } from '../errors.js';
import { text } from '../../contracts/primitives/text.js';
import { amount, by, reason } from '../fields.js';
import { unknownAccount } from '../lookup/unknown-account.js';
import { defineOperation } from '../operation.js';
import type { Services } from '../ports/services.js';
import { WorkflowGone, type Workflows } from '../ports/workflows.js';

const Input = z.strictObject({
  account: text(200).describe('Name of the account. The account of one lifecycle is `run/<model>/<run>`.'),
  by,
  gpuHours: amount.optional().describe('Limit of GPU-hours.'),
  cpuHours: amount.optional().describe('Limit of CPU-hours.'),
  money: amount.optional().describe('Limit by the price list.'),
  reason: reason.optional(),
});

const unlessGone = (error: unknown): void => {
  if (!(error instanceof WorkflowGone)) throw error;
};

/** Tell waiting jobs to ask for budget again, and cancel the pending approval about the former limits. */
async function wake(workflows: Workflows, account: string, before: number, waiters: string[]): Promise<void> {
  if (before > 0) await workflows.cancel(budgetExtensionId(account, before)).catch(unlessGone);
  for (const waiter of waiters) await workflows.signal(waiter, goOn).catch(unlessGone);
}

async function setLimits(
  services: Services,
  { account, reason: why = 'mainspring budget set', by: _, ...hours }: z.output<typeof Input>,
  setBy: string,
): Promise<AccountView> {
  if (Object.values(hours).every((value) => value === undefined))
    throw new MainspringError(
      'usage',
      'no limit is named',
      'For example: mainspring budget set vision --gpu-hours 100 --money 300',
    );
  const isOwn = account.startsWith('run/');
  if (!isOwn && !ShortName.safeParse(account).success)
    throw new MainspringError(
      'usage',
      `"${account}" is no name of an account`,
      'Lower-case letters, digits, dots, dashes and underscores, 1–63 characters.',
    );
  const { books } = await services.records();
  if (isOwn && !(await books.exists(account))) throw await unknownAccount(services, account);
  const workflows = await services.workflows();
  const { before, waiters } = await books.setLimits(account, limitsOf(hours), setBy, why);
  await wake(workflows, account, before, waiters);
  const view = (await books.accounts()).find((found) => found.account === account);
  if (!view) throw await unknownAccount(services, account);
  return view;
}

export const set = defineOperation({
  name: 'budgets.set',
  summary: 'Make an account, or change the named limits; jobs that wait for it ask again',
  who: 'operator',
  effect: 'write',
  input: Input,
  output: AccountView,
  errors: {
    'not-found': 'The account of a lifecycle (`run/…`) does not exist.',
    usage: 'No limit is named or the name is no account name.',
  },
  http: { method: 'POST', path: '/v1/budgets/{account}' },
  run: (services, input, caller) => setLimits(services, input, actor(caller, input.by)),
});
