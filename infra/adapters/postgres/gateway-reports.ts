import { type Kysely, sql } from 'kysely';
import type { GatewayReport } from '../../../contracts/release.js';
import type { Database } from './schema.js';

/** One row per gateway and model. `at` is the database's clock, so that clocks of hosts need not agree. */
export const openReportSink = (db: Kysely<Database>) => ({
  write: async (reports: readonly Omit<GatewayReport, 'at'>[]): Promise<void> => {
    if (reports.length === 0) return;
    const at = new Date().toISOString();
    await db
      .insertInto('gateway_reports')
      .values(
        reports.map((report) => ({
          gateway: report.gateway,
          model: report.model,
          report: JSON.stringify({ ...report, at }),
          at: sql<Date>`now()`,
        })),
      )
      .onConflict((conflict) =>
        conflict.columns(['gateway', 'model']).doUpdateSet((eb) => ({
          report: eb.ref('excluded.report'),
          at: eb.ref('excluded.at'),
        })),
      )
      .execute();
  },
  forget: async (gateway: string): Promise<void> => {
    await db.deleteFrom('gateway_reports').where('gateway', '=', gateway).execute();
  },
});
