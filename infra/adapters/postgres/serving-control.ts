import { type Kysely, sql } from 'kysely';
import type { ServingControl } from '../../../activities/ports/serving-control.js';
import { canonicalJson } from '../../../contracts/digest.js';
import { FailureType, fail } from '../../../contracts/failures.js';
import { GatewayReport } from '../../../contracts/release.js';
import type { Database } from './schema.js';
import { moveAlias } from './serving-control-alias.js';
import { promote, rollBack } from './serving-control-end.js';
import { appendRoutes, currentRoutes, lockRoutes } from './serving-control-routes.js';

/** A gateway reports every second. It counts as dead after this time without a report. */
const LIVE_SECONDS = 5;

export function openServingControl(db: Kysely<Database>): ServingControl {
  return {
    routes: (model) => currentRoutes(db, model),

    setRoutes: ({ model, run, expectedGeneration, table, reason }) =>
      db.transaction().execute(async (trx) => {
        const current = await lockRoutes(trx, model);
        const wanted = { ...table, generation: expectedGeneration + 1 };
        if (current && canonicalJson(current) === canonicalJson(wanted)) return current;
        if ((current?.generation ?? 0) !== expectedGeneration)
          throw fail(
            FailureType.VersionConflict,
            `routes of ${model} are at generation ${current?.generation ?? 0}, expected ${expectedGeneration}: another release moved them`,
            { remedy: 'Start the release again.' },
          );
        await appendRoutes(trx, wanted, { run, reason });
        const challenger = table.candidate?.version ?? null;
        await moveAlias(trx, { model, alias: 'challenger', version: challenger, run, reason });
        return wanted;
      }),

    reports: async (model) => {
      const rows = await db
        .selectFrom('gateway_reports')
        .select([
          'gateway',
          'model',
          'report',
          sql<boolean>`at > now() - make_interval(secs => ${LIVE_SECONDS})`.as('live'),
        ])
        .execute();
      return {
        live: [...new Set(rows.filter((row) => row.live).map((row) => row.gateway))],
        reports: rows.filter((row) => row.model === model).map((row) => GatewayReport.parse(row.report)),
      };
    },

    promote: (input) => promote(db, input),
    rollBack: (input) => rollBack(db, input),
  };
}
