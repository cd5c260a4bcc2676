import type { Kysely, Selectable } from 'kysely';
import type { JobRow } from '../../../activities/ports/job-store.js';
import { type Rate, costOf, minus } from '../../../contracts/budget-arithmetic.js';
import type { Amount } from '../../../contracts/budget.js';
import { type Tx, addToSums, amountOf, columnsOf } from './budget-accounts.js';
import type { Database } from './schema.js';

/** What an attempt has taken out of one account, and at which rate. */
export type Reservation = Selectable<Database['ledger']>;

export const reservationsOf = (db: Kysely<Database>, jobKey: string): Promise<Reservation[]> =>
  db
    .selectFrom('ledger')
    .selectAll()
    .where('job_key', '=', jobKey)
    .where('kind', '=', 'reserve')
    .orderBy('account')
    .execute();

const rateOf = (row: Reservation): Rate => ({
  gpus: row.gpus,
  cpus: row.cpus,
  gpuHourMicros: row.gpu_hour_micros,
  cpuHourMicros: row.cpu_hour_micros,
});

/** Append an entry. @returns false when the attempt has one of this kind in this account already */
export async function append(
  tx: Tx,
  kind: Reservation['kind'],
  entry: { account: string; jobKey: string; amount: Amount; rate: Rate; estimated?: boolean },
): Promise<boolean> {
  const { account, jobKey, amount, rate, estimated = false } = entry;
  const made = await tx
    .insertInto('ledger')
    .values({
      account,
      job_key: jobKey,
      kind,
      ...columnsOf(amount),
      estimated,
      gpus: rate.gpus,
      cpus: rate.cpus,
      gpu_hour_micros: rate.gpuHourMicros,
      cpu_hour_micros: rate.cpuHourMicros,
    })
    .onConflict((conflict) => conflict.columns(['job_key', 'account', 'kind']).doNothing())
    .returning('id')
    .execute();
  return made.length > 0;
}

/** Milliseconds that an attempt held its resources. Without a record: what its row says about when it ran. */
function heldMs({ spend, startedAt, endedAt }: JobRow): number {
  if (spend) return spend.wallSeconds * 1_000;
  return startedAt && endedAt ? endedAt.getTime() - startedAt.getTime() : 0;
}

/**
 * Settle an attempt that is over: give its reservation back, and pay what it held. The accounts must be locked. An attempt
 * that was called lost and turns out to have a result gets a correcting entry.
 */
export async function settle(
  tx: Tx,
  reservations: Reservation[],
  row: JobRow,
  estimated: boolean,
): Promise<void> {
  for (const reservation of reservations) {
    const { account } = reservation;
    const rate = rateOf(reservation);
    const amount = costOf(rate, heldMs(row));
    const entry = { account, jobKey: row.jobKey, rate, estimated };
    if (await append(tx, 'settle', { ...entry, amount })) {
      const reserved = amountOf(reservation);
      await append(tx, 'release', { ...entry, amount: reserved, estimated: false });
      await addToSums(tx, account, { settled: amount, reserved: minus(costOf(rate, 0), reserved) });
      continue;
    }
    const paid = await tx
      .selectFrom('ledger')
      .selectAll()
      .where('job_key', '=', row.jobKey)
      .where('account', '=', account)
      .where('kind', '=', 'settle')
      .executeTakeFirstOrThrow();
    const difference = minus(amount, amountOf(paid));
    if (await append(tx, 'correct', { ...entry, amount: difference }))
      await addToSums(tx, account, { settled: difference });
  }
}
