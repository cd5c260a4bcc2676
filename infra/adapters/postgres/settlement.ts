import type { Kysely, Selectable } from 'kysely';
import type { JobRow } from '../../../activities/ports/job-row.js';
import { type Rate, costOf, minus } from '../../../contracts/budget-arithmetic.js';
import type { Amount } from '../../../contracts/budget.js';
import { type Tx, addToSums, amountOf, columnsOf } from './budget-accounts.js';
import type { Database } from './schema.js';

/** The amount that an attempt has taken from one account, and its rate. */
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

/**
 * Append an entry.
 *
 * @returns false if the attempt already has an entry of this kind in this account
 */
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

/**
 * Milliseconds for which an attempt held its resources. Without a record of its spend, computed from the times in
 * its row.
 */
function heldMs({ spend, startedAt, endedAt }: JobRow): number {
  if (spend) return spend.wallSeconds * 1_000;
  return startedAt && endedAt ? endedAt.getTime() - startedAt.getTime() : 0;
}

/**
 * Settle an ended attempt: return its reservation, and pay its use. The accounts must be locked. If an attempt was
 * called lost and a result is found later, a correcting entry is added.
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
