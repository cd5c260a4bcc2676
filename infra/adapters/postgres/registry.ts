import type { Kysely } from 'kysely';
import type { Registry } from '../../../activities/ports/registry.js';
import { EvaluationResult } from '../../../contracts/evaluation.js';
import { FailureType, fail } from '../../../contracts/failures.js';
import { problemOf, signatureOf } from '../../../contracts/problems/index.js';
import type { RunView } from '../../../contracts/registry.js';
import { numericSignature } from '../../../contracts/signature.js';
import { PackedSpec } from '../../../contracts/spec/model-spec.js';
import type { Database } from './schema.js';
import { aliasesOf, currentAlias, toVersionView } from './version-view.js';
import { registerVersion } from './register-version.js';

const toRunView = (row: {
  model: string;
  run: string;
  spec_digest: string;
  as_of: Date;
  started_by: string;
  reason: string;
  stage: string;
  outcome: string | null;
  outcome_reason: string | null;
  started_at: Date;
  ended_at: Date | null;
}): RunView => ({
  model: row.model,
  run: row.run,
  specDigest: row.spec_digest,
  asOf: row.as_of.toISOString(),
  startedBy: row.started_by,
  reason: row.reason,
  stage: row.stage as RunView['stage'],
  outcome: row.outcome as RunView['outcome'],
  outcomeReason: row.outcome_reason,
  startedAt: row.started_at.toISOString(),
  endedAt: row.ended_at?.toISOString() ?? null,
});

export function openRegistry(db: Kysely<Database>): Registry {
  const findRun = (model: string, run: string) =>
    db.selectFrom('runs').selectAll().where('model', '=', model).where('run', '=', run).executeTakeFirst();

  return {
    saveSpec: async (digest, packed) => {
      await db
        .insertInto('specs')
        .values({ digest, model: packed.spec.model, packed: JSON.stringify(packed) })
        .onConflict((conflict) => conflict.column('digest').doNothing())
        .execute();
    },

    loadSpec: async (digest) => {
      const row = await db
        .selectFrom('specs')
        .select('packed')
        .where('digest', '=', digest)
        .executeTakeFirst();
      return row && PackedSpec.parse(row.packed);
    },

    openRun: async (input) => {
      await db.transaction().execute(async (trx) => {
        const spec = await trx
          .selectFrom('specs')
          .select('packed')
          .where('digest', '=', input.specDigest)
          .executeTakeFirst();
        if (!spec)
          throw fail(FailureType.SpecNotFound, `spec ${input.specDigest} is not recorded`, {
            remedy: 'Start the lifecycle with `mainspring start`.',
          });
        const { charter } = PackedSpec.parse(spec.packed).spec;
        await trx
          .insertInto('charters')
          .values({ model: input.model, spec_digest: input.specDigest, charter: JSON.stringify(charter) })
          .onConflict((conflict) => conflict.columns(['model', 'spec_digest']).doNothing())
          .execute();
        await trx
          .insertInto('runs')
          .values({
            model: input.model,
            run: input.run,
            spec_digest: input.specDigest,
            as_of: input.asOf,
            started_by: input.startedBy,
            reason: input.reason,
            trigger_id: input.triggerId,
            stage: 'charter',
            outcome: null,
            outcome_reason: null,
          })
          .onConflict((conflict) => conflict.columns(['model', 'run']).doNothing())
          .execute();
      });
    },

    setStage: async (model, run, stage) => {
      await db
        .updateTable('runs')
        .set({ stage })
        .where('model', '=', model)
        .where('run', '=', run)
        .where('outcome', 'is', null)
        .execute();
    },

    closeRun: async (input) => {
      await db
        .updateTable('runs')
        .set({ outcome: input.outcome, outcome_reason: input.reason, stage: 'done', ended_at: new Date() })
        .where('model', '=', input.model)
        .where('run', '=', input.run)
        .where('outcome', 'is', null)
        .execute();
    },

    recordDecisions: async (model, run, evidenceDigest, decisions) => {
      if (decisions.length === 0) return;
      await db
        .insertInto('decisions')
        .values(
          decisions.map((d) => ({
            model,
            run,
            gate: d.gate,
            verdict: d.verdict,
            reason: d.reason,
            evidence_digest: evidenceDigest,
          })),
        )
        .onConflict((conflict) => conflict.columns(['model', 'run', 'gate']).doNothing())
        .execute();
    },

    recordEvaluation: async (model, run, result) => {
      await db
        .insertInto('evaluations')
        .values({ model, run, evidence_digest: result.evidenceDigest, result: JSON.stringify(result) })
        .onConflict((conflict) => conflict.columns(['model', 'run']).doNothing())
        .execute();
    },

    registerVersion: (input) => registerVersion(db, input),

    recordApproval: async ({ id, model, run, version, state }) => {
      await db.transaction().execute(async (trx) => {
        const row = {
          status: state.status,
          evidence_digest: state.evidenceDigest,
          state: JSON.stringify(state),
          updated_at: new Date(),
        };
        await trx
          .insertInto('approvals')
          .values({ id, model, run, version, ...row })
          // A late retry with an earlier state must not replace a newer one: votes are only added, and a decision
          // is final.
          .onConflict((conflict) =>
            conflict.column('id').doUpdateSet(row).where('approvals.status', '=', 'PENDING'),
          )
          .execute();
        if (state.votes.length === 0) return;
        await trx
          .insertInto('votes')
          .values(
            state.votes.map((vote) => ({
              approval_id: id,
              voter: vote.by,
              role: vote.role,
              verdict: vote.verdict,
              note: vote.note,
              evidence_digest: vote.evidenceDigest,
              at: vote.at,
            })),
          )
          .onConflict((conflict) => conflict.columns(['approval_id', 'voter']).doNothing())
          .execute();
      });
    },

    aliased: async (model, alias) => {
      const version = await currentAlias(db, model, alias);
      if (version === undefined) return undefined;
      const row = await db
        .selectFrom('versions')
        .selectAll()
        .where('model', '=', model)
        .where('version', '=', version)
        .executeTakeFirstOrThrow();
      return toVersionView(row, await aliasesOf(db, model));
    },

    shapeOf: async ({ model, version }) => {
      const row = await db
        .selectFrom('versions')
        .innerJoin('specs', 'specs.digest', 'versions.spec_digest')
        .select(['specs.packed', 'versions.evaluation'])
        .where('versions.model', '=', model)
        .where('versions.version', '=', version)
        .executeTakeFirst();
      if (!row) return undefined;
      const { spec } = PackedSpec.parse(row.packed);
      const { signature } = EvaluationResult.parse(row.evaluation).evidence;
      const problem = problemOf(spec);
      const { inputs } = signature ?? numericSignature(spec.features.set);
      return { problem, signature: signatureOf(inputs, problem) };
    },

    version: async ({ model, version }) => {
      const row = await db
        .selectFrom('versions')
        .selectAll()
        .where('model', '=', model)
        .where('version', '=', version)
        .executeTakeFirst();
      return row && toVersionView(row, await aliasesOf(db, model));
    },

    versions: async (model) => {
      const [rows, aliases] = await Promise.all([
        db.selectFrom('versions').selectAll().where('model', '=', model).orderBy('version').execute(),
        aliasesOf(db, model),
      ]);
      return rows.map((row) => toVersionView(row, aliases));
    },

    models: async () =>
      (await db.selectFrom('specs').select('model').distinct().orderBy('model').execute()).map(
        (row) => row.model,
      ),

    runs: async ({ model, open = false, limit }) => {
      let query = db.selectFrom('runs').selectAll().orderBy('started_at', 'desc').limit(limit);
      if (model !== undefined) query = query.where('model', '=', model);
      if (open) query = query.where('outcome', 'is', null);
      return (await query.execute()).map(toRunView);
    },

    run: async (model, run) => {
      const row = await findRun(model, run);
      return row && toRunView(row);
    },
  };
}
