import { type Kysely, sql } from 'kysely';
import type { ToldTrial } from '../../../activities/ports/suggest.js';
import type { TrialStore } from '../../../activities/ports/trial-store.js';
import { Params } from '../../../contracts/spec/training.js';
import type { StudyName, Suggested, TrialRow } from '../../../contracts/study.js';
import type { Database } from './schema.js';

/** Removes zero bytes, which a trainer's reason may contain and which Postgres text does not accept. */
const text = (value: string | null): string | null => value?.replaceAll('\0', '') ?? null;
const OVER: readonly TrialRow['state'][] = ['succeeded', 'stopped', 'failed'];

export function openTrialStore(db: Kysely<Database>): TrialStore {
  const of = ({ model, run }: StudyName) =>
    db.selectFrom('trials').where('model', '=', model).where('run', '=', run);

  async function proposed(study: StudyName, trials: number[]): Promise<Suggested> {
    if (trials.length === 0) return [];
    const rows = await of(study).select(['trial', 'params']).where('trial', 'in', trials).execute();
    return rows.map(({ trial, params }) => ({ trial, params: Params.parse(params) }));
  }

  return {
    proposed,

    record: async ({ model, run }, trials) => {
      if (trials.length === 0) return;
      const values = trials.map((row) => ({
        model,
        run,
        trial: row.trial,
        params: JSON.stringify(row.params),
        state: row.state,
        value: row.value,
        metrics: JSON.stringify(row.metrics),
        reason: text(row.reason),
        step: row.step,
        spend: row.spend === null ? null : JSON.stringify(row.spend),
        ended_at: OVER.includes(row.state) ? new Date() : null,
      }));
      await db
        .insertInto('trials')
        .values(values)
        .onConflict((conflict) =>
          conflict.columns(['model', 'run', 'trial']).doUpdateSet((row) => ({
            state: row.ref('excluded.state'),
            value: row.ref('excluded.value'),
            metrics: row.ref('excluded.metrics'),
            reason: row.ref('excluded.reason'),
            step: row.ref('excluded.step'),
            spend: row.ref('excluded.spend'),
            // The first recorded end is kept, because the same report may arrive twice.
            ended_at: sql<Date | null>`coalesce(trials.ended_at, excluded.ended_at)`,
          })),
        )
        .execute();
    },

    propose: async (study, trials) => {
      await db
        .insertInto('trials')
        .values(
          trials.map(({ trial, params }) => ({
            ...study,
            trial,
            params: JSON.stringify(params),
            state: 'running',
            value: null,
            metrics: '{}',
            reason: null,
            step: null,
            spend: null,
          })),
        )
        .onConflict((conflict) => conflict.columns(['model', 'run', 'trial']).doNothing())
        .execute();
      return proposed(
        study,
        trials.map(({ trial }) => trial),
      );
    },

    told: async (study, { goal, best, newest }) => {
      const finished = of(study)
        .select(['trial', 'params', 'state', 'value', 'step'])
        .where('value', 'is not', null);
      const [leading, latest] = await Promise.all([
        finished
          .where('state', '=', 'succeeded')
          .orderBy('value', goal === 'minimize' ? 'asc' : 'desc')
          .orderBy('trial')
          .limit(best)
          .execute(),
        finished
          .where('state', 'in', ['succeeded', 'stopped'])
          .orderBy('ended_at', 'desc')
          .orderBy('trial', 'desc')
          .limit(newest)
          .execute(),
      ]);
      const byTrial = new Map([...leading, ...latest].map((row) => [row.trial, row]));
      // Ordered by trial number, so that the same trials give the same history, whatever their times.
      return [...byTrial.values()]
        .sort((a, b) => a.trial - b.trial)
        .map(({ params, state, value, step }): ToldTrial => ({
          params: Params.parse(params),
          state: state === 'stopped' ? 'stopped' : 'succeeded',
          value: value ?? 0,
          step,
        }));
    },

    running: async (study, limit) => {
      const rows = await of(study)
        .select('params')
        .where('state', '=', 'running')
        .orderBy('trial', 'desc')
        .limit(limit)
        .execute();
      return rows.map(({ params }) => Params.parse(params));
    },
  };
}
