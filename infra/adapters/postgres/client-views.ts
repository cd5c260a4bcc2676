import { type Kysely, sql } from 'kysely';
import { ApprovalState } from '../../../contracts/approval.js';
import { EvaluationResult } from '../../../contracts/evaluation.js';
import { TrialRow } from '../../../contracts/study.js';
import { JobView, Spend } from '../../../contracts/training.js';
import type { Database } from './schema.js';

/** The recorded state of an approval. */
export interface ApprovalView {
  id: string;
  model: string;
  run: string;
  version: number;
  state: ApprovalState;
  updatedAt: string;
}

/** Queries of clients that no activity needs. Reads only. */
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

    /** Best first, then stopped and failed trials. */
    trials: async (filter: {
      model: string;
      run: string;
      goal: 'minimize' | 'maximize';
      limit: number;
    }): Promise<TrialRow[]> => {
      const rows = await db
        .selectFrom('trials')
        .select(['trial', 'params', 'state', 'value', 'metrics', 'reason', 'step', 'spend'])
        .where('model', '=', filter.model)
        .where('run', '=', filter.run)
        .orderBy(sql`state = 'succeeded'`, 'desc')
        .orderBy(sql`state = 'stopped'`, 'desc')
        .orderBy('value', filter.goal === 'minimize' ? 'asc' : 'desc')
        .orderBy('trial')
        .limit(filter.limit)
        .execute();
      return rows.map((row) => TrialRow.parse(row));
    },

    trialCounts: async (model: string, run: string): Promise<Partial<Record<TrialRow['state'], number>>> => {
      const rows = await db
        .selectFrom('trials')
        .select(['state', sql<number>`count(*)`.as('count')])
        .where('model', '=', model)
        .where('run', '=', run)
        .groupBy('state')
        .execute();
      return Object.fromEntries(rows.map(({ state, count }) => [state, Number(count)]));
    },

    /** Direction of the search objective of a run; undefined if the run is unknown. */
    goal: async (model: string, run: string): Promise<'minimize' | 'maximize' | undefined> => {
      const row = await db
        .selectFrom('runs')
        .innerJoin('specs', 'specs.digest', 'runs.spec_digest')
        .select(sql<string | null>`packed #>> '{spec,training,search,objective,goal}'`.as('goal'))
        .where('runs.model', '=', model)
        .where('runs.run', '=', run)
        .executeTakeFirst();
      return row?.goal === 'maximize' || row?.goal === 'minimize' ? row.goal : undefined;
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
