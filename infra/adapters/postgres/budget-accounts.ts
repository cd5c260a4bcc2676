import { type Kysely, type Selectable, type Transaction, sql } from 'kysely';
import type { AccountFigures, Amount, Limits } from '../../../contracts/budget.js';
import type { Database } from './schema.js';

export type Tx = Transaction<Database>;

export const amountOf = (row: { gpu_ms: number; cpu_ms: number; money_micros: number }): Amount => ({
  gpuMs: row.gpu_ms,
  cpuMs: row.cpu_ms,
  moneyMicros: row.money_micros,
});
export const limitsIn = (row: {
  gpu_ms: number | null;
  cpu_ms: number | null;
  money_micros: number | null;
}): Limits => ({ gpuMs: row.gpu_ms, cpuMs: row.cpu_ms, moneyMicros: row.money_micros });

/** Columns of an amount, or of limits. */
export const columnsOf = <V>(value: { gpuMs: V; cpuMs: V; moneyMicros: V }) => ({
  gpu_ms: value.gpuMs,
  cpu_ms: value.cpuMs,
  money_micros: value.moneyMicros,
});

const toFigures = (
  row: Selectable<Database['budget_accounts']> & {
    gpu_ms: number | null;
    cpu_ms: number | null;
    money_micros: number | null;
  },
): AccountFigures => ({
  account: row.name,
  generation: row.generation,
  limits: limitsIn(row),
  settled: {
    gpuMs: row.settled_gpu_ms,
    cpuMs: row.settled_cpu_ms,
    moneyMicros: row.settled_money_micros,
  },
  reserved: {
    gpuMs: row.reserved_gpu_ms,
    cpuMs: row.reserved_cpu_ms,
    moneyMicros: row.reserved_money_micros,
  },
});

const select = (db: Kysely<Database>) =>
  db
    .selectFrom('budget_accounts')
    .innerJoin('budget_limits', (join) =>
      join.onRef('budget_limits.account', '=', 'name').on('budget_limits.valid_to', 'is', null),
    )
    .selectAll('budget_accounts')
    .select(['budget_limits.gpu_ms', 'budget_limits.cpu_ms', 'budget_limits.money_micros']);

export async function readAccounts(
  db: Kysely<Database>,
  names?: readonly string[],
): Promise<AccountFigures[]> {
  let query = select(db).orderBy('name');
  if (names) query = query.where('name', 'in', names.length === 0 ? [''] : names);
  return (await query.execute()).map(toFigures);
}

/**
 * Lock accounts until the transaction ends. They are always locked in the order of their names, so that no deadlock
 * is possible.
 */
export async function lockAccounts(tx: Tx, names: readonly string[]): Promise<AccountFigures[]> {
  if (names.length === 0) return [];
  await tx
    .selectFrom('budget_accounts')
    .select('name')
    .where('name', 'in', names)
    .orderBy('name')
    .forUpdate()
    .execute();
  // Read in a statement after the lock: one statement would return the limits from before its wait.
  return readAccounts(tx, names);
}

/** Give an account its first limits. An account that has limits keeps them. */
export async function createAccount(
  db: Kysely<Database>,
  account: string,
  limits: Limits,
  by: string,
  reason: string,
): Promise<void> {
  const made = await db
    .insertInto('budget_accounts')
    .values({ name: account })
    .onConflict((conflict) => conflict.doNothing())
    .returning('name')
    .execute();
  if (made.length === 0) return;
  await db
    .insertInto('budget_limits')
    .values({ account, generation: 1, ...columnsOf(limits), set_by: by, reason })
    .execute();
}

/** Replace the limits of a locked account. The former limits are kept, with their time. */
export async function setLimits(
  tx: Tx,
  { account, generation }: Pick<AccountFigures, 'account' | 'generation'>,
  limits: Limits,
  by: string,
  reason: string,
): Promise<void> {
  const at = new Date();
  await tx
    .updateTable('budget_limits')
    .set({ valid_to: at })
    .where('account', '=', account)
    .where('valid_to', 'is', null)
    .execute();
  await tx
    .insertInto('budget_limits')
    .values({
      account,
      generation: generation + 1,
      ...columnsOf(limits),
      set_by: by,
      reason,
      valid_from: at,
    })
    .execute();
  await tx
    .updateTable('budget_accounts')
    .set({ generation: generation + 1 })
    .where('name', '=', account)
    .execute();
}

/** Change the sums of a locked account. */
export async function addToSums(
  tx: Tx,
  account: string,
  change: { settled?: Amount; reserved?: Amount },
): Promise<void> {
  const { settled, reserved } = change;
  await tx
    .updateTable('budget_accounts')
    .set({
      ...(settled && {
        settled_gpu_ms: sql<number>`settled_gpu_ms + ${settled.gpuMs}`,
        settled_cpu_ms: sql<number>`settled_cpu_ms + ${settled.cpuMs}`,
        settled_money_micros: sql<number>`settled_money_micros + ${settled.moneyMicros}`,
      }),
      ...(reserved && {
        reserved_gpu_ms: sql<number>`reserved_gpu_ms + ${reserved.gpuMs}`,
        reserved_cpu_ms: sql<number>`reserved_cpu_ms + ${reserved.cpuMs}`,
        reserved_money_micros: sql<number>`reserved_money_micros + ${reserved.moneyMicros}`,
      }),
    })
    .where('name', '=', account)
    .execute();
}
