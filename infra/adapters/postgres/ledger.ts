import type { Kysely } from 'kysely';
import type { NewJob } from '../../../activities/ports/job-row.js';
import type { Admission, Demand, Ledger } from '../../../activities/ports/ledger.js';
import { NOTHING, type Rate, costOf, limitsOf } from '../../../contracts/budget-arithmetic.js';
import type { AccountFigures } from '../../../contracts/budget.js';
import { FailureType, fail } from '../../../contracts/failures.js';
import { ownAccount } from '../../../contracts/ids.js';
import type { Budget } from '../../../contracts/spec/training.js';
import { getJob, insertJob } from './job-row.js';
import { type Tx, addToSums, createAccount, lockAccounts } from './budget-accounts.js';
import { openBudgetRequests } from './budget-requests.js';
import { DEFAULT_PRIORITY, devicesOf, poolOf, poolRefusal, readyInPools, takeSlot } from './pools.js';
import { priceOf } from './prices.js';
import { type Refusal, refusalOf } from './refusal.js';
import type { Database } from './schema.js';
import { append } from './settlement.js';
import { leave, openWaits, park, readWaits, readyWaiters } from './waits.js';

const hasOwnLimits = ({ gpuHours, cpuHours, money }: Budget): boolean =>
  [gpuHours, cpuHours, money].some((value) => value !== undefined);

/** The accounts of an attempt, locked: the shared account, and the account of its lifecycle. */
async function accountsOf(tx: Tx, { model, run }: NewJob, budget: Budget): Promise<AccountFigures[]> {
  const own = ownAccount(model, run);
  if (hasOwnLimits(budget))
    await createAccount(tx, own, limitsOf(budget), 'model file', `training.budget of ${model} ${run}`);
  const names = [
    ...(budget.account === undefined ? [] : [budget.account]),
    ...(hasOwnLimits(budget) ? [own] : []),
  ];
  const found = await lockAccounts(tx, names);
  const missing = names.find((name) => !found.some(({ account }) => account === name));
  if (missing !== undefined)
    throw fail(
      FailureType.BudgetNotConfigured,
      `training.budget.account is "${missing}", and there is no such account`,
      { remedy: `Make it: \`mainspring budget set ${missing} --gpu-hours N\`.` },
    );
  return found;
}

/** Price of one second of the attempt on all its nodes, at the current prices. */
async function rateOf(
  tx: Tx,
  { backend }: NewJob,
  { resources }: Demand,
  accounts: AccountFigures[],
): Promise<Rate> {
  const price = await priceOf(tx, backend, resources.gpuType);
  const moneyed = accounts.find(({ limits }) => limits.moneyMicros !== null);
  if (moneyed && !price)
    throw fail(
      FailureType.BudgetNotConfigured,
      `account "${moneyed.account}" limits money, and the price list has no price for backend ${backend}${resources.gpuType === undefined ? '' : ` and GPU ${resources.gpuType}`}`,
      { remedy: `Set it: \`mainspring budget price ${backend} --gpu-hour N --cpu-hour N\`.` },
    );
  return {
    gpus: resources.gpus * resources.nodes,
    cpus: resources.cpus * resources.nodes,
    gpuHourMicros: price?.gpuHourMicros ?? 0,
    cpuHourMicros: price?.cpuHourMicros ?? 0,
  };
}

/** Admit an attempt. The lock order is: the pool, the accounts, the row. */
async function admitWithin(
  tx: Tx,
  job: NewJob,
  demand: Demand,
  pool: string | undefined,
): Promise<Admission | Refusal> {
  const { budget, resources, team = job.model, priority = DEFAULT_PRIORITY } = demand;
  const gpus = resources.gpus * resources.nodes;
  const request = { waiter: '', gpus, team, priority, pool: null, accounts: [], wanted: NOTHING };
  const full = pool === undefined ? undefined : await poolRefusal(tx, pool, job, demand);
  const accounts = budget && !full ? await accountsOf(tx, job, budget) : [];
  // An earlier delivery wrote the row while it held these locks, so its reservation and its slot are valid.
  const known = await getJob(tx, job.jobKey);
  if (known) return { kind: 'admitted', row: known };
  if (full) {
    await park(tx, job, full, { ...request, waiter: demand.waiter(), pool: pool ?? null });
    return { kind: 'parked', parked: full };
  }
  const rate = await rateOf(tx, job, demand, accounts);
  const wanted = costOf(rate, demand.longestMs);
  const refusal = budget && (await refusalOf(tx, accounts, wanted, job, budget));
  if (refusal?.kind === 'ended') {
    await leave(tx, job.intent);
    return refusal;
  }
  if (refusal) {
    const names = accounts.map(({ account }) => account);
    await park(tx, job, refusal.parked, { ...request, waiter: demand.waiter(), accounts: names, wanted });
    return refusal;
  }
  const row = await insertJob(tx, job);
  for (const { account } of accounts) {
    await append(tx, 'reserve', { account, jobKey: job.jobKey, amount: wanted, rate });
    await addToSums(tx, account, { reserved: wanted });
  }
  if (pool !== undefined) await takeSlot(tx, pool, job, demand);
  await leave(tx, job.intent);
  return { kind: 'admitted', row };
}

/** Accounts, reservations and parked jobs in Postgres. */
export function openLedger(db: Kysely<Database>): Ledger {
  return {
    admit: async (job, demand) => {
      const pool = await poolOf(db, job.backend, demand.resources.gpuType);
      if (!demand.budget && pool === undefined) return { kind: 'admitted', row: await insertJob(db, job) };
      const answer = await db.transaction().execute((tx) => admitWithin(tx, job, demand, pool));
      if (answer.kind === 'ended')
        throw fail(FailureType.BudgetExhausted, answer.message, { remedy: answer.remedy });
      return answer;
    },
    devicesOf: (jobKey) => devicesOf(db, jobKey),
    ready: async () => {
      const waits = await readWaits(db);
      if (waits.length === 0) return [];
      const pools = [...new Set(waits.flatMap(({ pool }) => pool ?? []))];
      const roomy = await readyInPools(db, pools);
      return readyWaiters(
        db,
        waits.filter(({ pool, intent }) => pool === null || roomy.has(intent)),
      );
    },
    ...openWaits(db),
    ...openBudgetRequests(db),
  };
}
