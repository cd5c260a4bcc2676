import type { Kysely } from 'kysely';
import { ApprovalState } from '../../../contracts/approval.js';
import { EvaluationResult } from '../../../contracts/evaluation.js';
import { JobView, Spend } from '../../../contracts/training.js';
import type { Database } from './schema.js';

/** An approval as it was last recorded. */
export interface ApprovalView {
  id: string;
  model: string;
  run: string;
  version: number;
  state: ApprovalState;
  updatedAt: string;
}

/** What clients ask that no activity needs. Reads only. */
export function openClientViews(db: Kysely<Database>) {
  return {
    /** Newest first. */
    approvals: async (filter: { pending?: boolean; limit: number }): Promise<ApprovalView[]> => {
      let query = db.selectFrom('approvals').selectAll().orderBy('updated_at', 'desc').limit(filter.limit);
      if (filter.pending) query = query.where('status', '=', 'PENDING');
      return (await query.execute()).map((row) => ({
        id: row.id,
        model: row.model,
        run: row.run,
        version: row.version,
        state: ApprovalState.parse(row.state),
        updatedAt: row.updated_at.toISOString(),
      }));
    },

    /** Newest first. */
    jobs: async (filter: {
      model?: string;
      run?: string;
      intent?: string;
      jobKey?: string;
      limit: number;
    }): Promise<JobView[]> => {
      let query = db.selectFrom('jobs').selectAll().orderBy('created_at', 'desc').limit(filter.limit);
      if (filter.model !== undefined) query = query.where('model', '=', filter.model);
      if (filter.run !== undefined) query = query.where('run', '=', filter.run);
      if (filter.intent !== undefined) query = query.where('intent', '=', filter.intent);
      if (filter.jobKey !== undefined) query = query.where('job_key', '=', filter.jobKey);
      return (await query.execute()).map((row) =>
        JobView.parse({
          jobKey: row.job_key,
          intent: row.intent,
          attempt: row.attempt,
          backend: row.backend,
          state: row.state,
          class: row.class,
          nativeId: row.native_id,
          reason: row.reason,
          specDigest: row.spec_digest,
          spend: row.spend === null ? null : Spend.parse(row.spend),
          createdAt: row.created_at.toISOString(),
          endedAt: row.ended_at?.toISOString() ?? null,
        }),
      );
    },

    /** Evidence and report of a run; undefined before its evaluation. */
    evaluation: async (model: string, run: string): Promise<EvaluationResult | undefined> => {
      const row = await db
        .selectFrom('evaluations')
        .select('result')
        .where('model', '=', model)
        .where('run', '=', run)
        .executeTakeFirst();
      return row && EvaluationResult.parse(row.result);
    },
  };
}
