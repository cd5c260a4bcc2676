import type { Kysely } from 'kysely';
import type { PriceView } from '../../../contracts/budget.js';
import type { BackendName } from '../../../contracts/spec/training.js';
import type { Database } from './schema.js';

const MICROS = 1_000_000;

export interface Price {
  gpuHourMicros: number;
  cpuHourMicros: number;
}

/** The price of a kind of accelerator, else the price of all kinds without one of their own. */
export async function priceOf(
  db: Kysely<Database>,
  backend: BackendName,
  gpuType: string | undefined,
): Promise<Price | undefined> {
  const row = await db
    .selectFrom('prices')
    .select(['gpu_hour_micros', 'cpu_hour_micros'])
    .where('backend', '=', backend)
    .where('gpu_type', 'in', [gpuType ?? '', ''])
    .where('valid_to', 'is', null)
    .orderBy('gpu_type', 'desc')
    .limit(1)
    .executeTakeFirst();
  return row && { gpuHourMicros: row.gpu_hour_micros, cpuHourMicros: row.cpu_hour_micros };
}

/** Set a price from now on. Attempts that have begun keep the price of their reservation. */
export async function setPrice(
  db: Kysely<Database>,
  price: { backend: BackendName; gpuType: string; gpuHour: number; cpuHour: number; by: string },
): Promise<void> {
  await db.transaction().execute(async (tx) => {
    const at = new Date();
    await tx
      .updateTable('prices')
      .set({ valid_to: at })
      .where('backend', '=', price.backend)
      .where('gpu_type', '=', price.gpuType)
      .where('valid_to', 'is', null)
      .execute();
    await tx
      .insertInto('prices')
      .values({
        backend: price.backend,
        gpu_type: price.gpuType,
        gpu_hour_micros: Math.round(price.gpuHour * MICROS),
        cpu_hour_micros: Math.round(price.cpuHour * MICROS),
        set_by: price.by,
        valid_from: at,
      })
      .execute();
  });
}

export async function readPrices(db: Kysely<Database>): Promise<PriceView[]> {
  const rows = await db
    .selectFrom('prices')
    .selectAll()
    .where('valid_to', 'is', null)
    .orderBy('backend')
    .orderBy('gpu_type')
    .execute();
  return rows.map((row) => ({
    backend: row.backend,
    gpuType: row.gpu_type,
    gpuHour: row.gpu_hour_micros / MICROS,
    cpuHour: row.cpu_hour_micros / MICROS,
    setBy: row.set_by,
    since: row.valid_from.toISOString(),
  }));
}
