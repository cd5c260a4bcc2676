import { type Kysely, type Transaction, sql } from 'kysely';
import type { PromoteInput, ReleaseEnd, RollBackInput } from '../../../contracts/deployment.js';
import { FailureType, fail } from '../../../contracts/failures.js';
import type { RouteTable } from '../../../contracts/release.js';
import type { Database } from './schema.js';
import { moveAlias } from './serving-control-alias.js';
import { appendRoutes, lockRoutes } from './serving-control-routes.js';

/** True when this release was promoted and its version still serves. */
async function stands(
  trx: Transaction<Database>,
  { release, version }: { release: string; version: number },
  routes: RouteTable | undefined,
): Promise<boolean> {
  const row = await trx.selectFrom('releases').select('outcome').where('id', '=', release).executeTakeFirst();
  return row?.outcome === 'promoted' && routes?.champion?.version === version;
}

async function recordEnd(
  trx: Transaction<Database>,
  input: PromoteInput | RollBackInput,
  outcome: ReleaseEnd['outcome'],
): Promise<void> {
  const end = {
    outcome,
    reason: input.reason,
    evidence: input.evidence && JSON.stringify(input.evidence),
    ended_at: sql<Date>`now()`,
  };
  await trx
    .insertInto('releases')
    .values({ id: input.release, model: input.model, version: input.version, run: input.run, ...end })
    // A version may be released again after a roll-back. The newest end is the valid one.
    .onConflict((conflict) => conflict.column('id').doUpdateSet(end))
    .execute();
}

export const promote = (db: Kysely<Database>, input: PromoteInput): Promise<ReleaseEnd> =>
  db.transaction().execute(async (trx) => {
    const { model, version, run, reason, expectedGeneration } = input;
    const routes = await lockRoutes(trx, model);
    if (routes && (await stands(trx, input, routes)))
      return { outcome: 'promoted', generation: routes.generation };
    if (routes?.generation !== expectedGeneration || routes.candidate?.version !== version)
      throw fail(
        FailureType.VersionConflict,
        `routes of ${model} are at generation ${routes?.generation ?? 0} with candidate ${routes?.candidate?.version ?? 'none'}, ` +
          `expected generation ${expectedGeneration} with candidate ${version}: another release moved them`,
        { remedy: 'Start the release again.' },
      );
    const next: RouteTable = {
      ...routes,
      generation: routes.generation + 1,
      champion: routes.candidate,
      candidate: null,
      candidateShare: 0,
    };
    await appendRoutes(trx, next, { run, reason });
    const move = { model, run, reason };
    const former = routes.champion?.version;
    if (former !== undefined) await moveAlias(trx, { ...move, alias: 'previous', version: former });
    await moveAlias(trx, { ...move, alias: 'champion', version });
    await moveAlias(trx, { ...move, alias: 'challenger', version: null });
    await recordEnd(trx, input, 'promoted');
    return { outcome: 'promoted', generation: next.generation };
  });

export const rollBack = (db: Kysely<Database>, input: RollBackInput): Promise<ReleaseEnd> =>
  db.transaction().execute(async (trx) => {
    const { model, version, run, reason } = input;
    const routes = await lockRoutes(trx, model);
    if (routes && (await stands(trx, input, routes)))
      return { outcome: 'promoted', generation: routes.generation };
    let generation = routes?.generation ?? 0;
    // Routes with another candidate belong to a later release and are left unchanged.
    if (routes?.candidate?.version === version) {
      generation += 1;
      await appendRoutes(trx, { ...routes, generation, candidate: null, candidateShare: 0 }, { run, reason });
      await moveAlias(trx, { model, alias: 'challenger', version: null, run, reason });
    }
    await recordEnd(trx, input, 'rolled-back');
    return { outcome: 'rolled-back', generation };
  });
