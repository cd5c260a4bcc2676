import { WorkflowNotFoundError } from '@temporalio/client';
import { limitsOf } from '../../contracts/budget-arithmetic.js';
import type { AccountView, LedgerEntryView, PriceView } from '../../contracts/budget.js';
import { budgetExtensionId } from '../../contracts/ids.js';
import { goOn } from '../../contracts/job-lease.js';
import { BackendName, ShortName } from '../../contracts/spec/training.js';
import { MainspringError } from '../errors.js';
import type { Services } from '../services/services.js';
import type { Temporal } from '../services/temporal.js';
import { nearest } from '../spec/problems.js';

export interface BudgetLimits {
  gpuHours?: number;
  cpuHours?: number;
  money?: number;
  by: string;
  reason?: string;
}

/** Every account: limit, settled, reserved, left. */
export async function budgets(services: Services): Promise<AccountView[]> {
  return (await services.database()).books.accounts();
}

const gone = (error: unknown): undefined => {
  if (error instanceof WorkflowNotFoundError) return undefined;
  throw error;
};

/** What waits asks again; a question to people about the limits of before is over. */
async function wake({ client }: Temporal, account: string, before: number, waiters: string[]): Promise<void> {
  if (before > 0) await client.workflow.getHandle(budgetExtensionId(account, before)).cancel().catch(gone);
  for (const waiter of waiters) await client.workflow.getHandle(waiter).signal(goOn).catch(gone);
}

/**
 * Make an account, or change the limits that are named. Jobs that wait for it are told.
 *
 * @throws MainspringError `usage`, `unreachable`
 */
export async function setBudget(
  services: Services,
  account: string,
  { by, reason, ...hours }: BudgetLimits,
): Promise<AccountView> {
  const named = Object.entries(hours).filter(([, value]) => value !== undefined);
  const wrong = named.find(([, value]) => !Number.isFinite(value) || value < 0);
  if (wrong || named.length === 0)
    throw new MainspringError(
      'usage',
      wrong ? `${wrong[0]} is ${wrong[1]}: a limit is a number from 0 on` : 'no limit is named',
      'For example: mainspring budget set vision --gpu-hours 100 --money 300',
    );
  const { books } = await services.database();
  if (!account.startsWith('run/') && !ShortName.safeParse(account).success)
    throw new MainspringError(
      'usage',
      `"${account}" is no name of an account`,
      'Lower-case letters, digits, dots, dashes and underscores, 1–63 characters.',
    );
  if (account.startsWith('run/') && !(await books.exists(account)))
    throw await unknownAccount(services, account);
  const temporal = await services.temporal();
  const { before, waiters } = await books.setLimits(
    account,
    limitsOf(hours),
    by,
    reason ?? 'mainspring budget set',
  );
  await wake(temporal, account, before, waiters);
  const view = (await books.accounts()).find((found) => found.account === account);
  if (!view) throw await unknownAccount(services, account);
  return view;
}

async function unknownAccount(services: Services, account: string): Promise<MainspringError> {
  const known = (await budgets(services)).map((view) => view.account);
  const near = nearest(account, known);
  return new MainspringError(
    'not-found',
    `there is no budget account "${account}"`,
    `${near ? `Did you mean "${near}"? ` : ''}Accounts: ${known.join(', ') || 'none'}.`,
  );
}

/** Entries of an account, newest first. */
export async function budgetLedger(
  services: Services,
  account: string,
  { limit = 100 }: { limit?: number } = {},
): Promise<LedgerEntryView[]> {
  const { books } = await services.database();
  if (!(await books.exists(account))) throw await unknownAccount(services, account);
  return books.entries(account, limit);
}

export interface PriceOptions {
  gpuType?: string;
  /** Left out: as it is, or 0 where there is none yet. */
  gpuHour?: number;
  cpuHour?: number;
  by: string;
}

/** Set the prices that are named; attempts that have begun keep theirs. */
export async function setPrice(
  services: Services,
  backend: string,
  { gpuType = '', gpuHour, cpuHour, by }: PriceOptions,
): Promise<PriceView[]> {
  const name = BackendName.safeParse(backend);
  if (!name.success)
    throw new MainspringError(
      'usage',
      `"${backend}" is no backend`,
      `Backends: ${BackendName.options.join(', ')}.`,
    );
  const named = Object.entries({ gpuHour, cpuHour }).filter(([, price]) => price !== undefined);
  const wrong = named.find(([, price]) => !Number.isFinite(price) || Number(price) < 0);
  if (wrong || named.length === 0)
    throw new MainspringError(
      'usage',
      wrong ? `${wrong[0]} is ${wrong[1]}: a price is a number from 0 on` : 'no price is named',
      `For example: mainspring budget price ${name.data} --gpu-hour 2.9 --cpu-hour 0.04`,
    );
  const { books } = await services.database();
  const before = (await books.prices()).find(
    (price) => price.backend === name.data && price.gpuType === gpuType,
  );
  await books.setPrice({
    backend: name.data,
    gpuType,
    gpuHour: gpuHour ?? before?.gpuHour ?? 0,
    cpuHour: cpuHour ?? before?.cpuHour ?? 0,
    by,
  });
  return books.prices();
}

export async function prices(services: Services): Promise<PriceView[]> {
  return (await services.database()).books.prices();
}
