import { type Kysely, type Selectable, sql } from 'kysely';
import type { RungStore } from '../../../activities/ports/trial-store.js';
import type { Stopped } from '../../../contracts/early-stopping.js';
import type { Database } from './schema.js';

type RungRow = Selectable<Database['trial_rungs']>;

const stoppedOf = ({ rung, step, value, place, reached }: RungRow): Stopped => ({
  rung,
  step,
  value,
  place: place ?? 1,
  reached: reached ?? 1,
});

export function openRungStore(db: Kysely<Database>): RungStore {
  return {
    rank: async ({ model, run }, trial, { rung, step, value }, goal, goesOn) => {
      const own = { model, run, rung, trial };
      await db
        .insertInto('trial_rungs')
        .values({ ...own, step, value, place: null, reached: null, stopped: null })
        .onConflict((conflict) => conflict.columns(['model', 'run', 'rung', 'trial']).doNothing())
        .execute();
      const better = sql.raw(goal === 'minimize' ? '<' : '>');
      const standing = await db
        .selectFrom('trial_rungs as other')
        .innerJoin('trial_rungs as mine', (join) =>
          join
            .onRef('mine.model', '=', 'other.model')
            .onRef('mine.run', '=', 'other.run')
            .onRef('mine.rung', '=', 'other.rung')
            .on('mine.trial', '=', trial),
        )
        .where('other.model', '=', model)
        .where('other.run', '=', run)
        .where('other.rung', '=', rung)
        .select([
          sql<number>`count(*)`.as('reached'),
          sql<number>`1 + count(*) filter (where other.value ${better} mine.value
            or (other.value = mine.value and other.trial < mine.trial))`.as('place'),
        ])
        .executeTakeFirstOrThrow();
      const place = Number(standing.place);
      const reached = Number(standing.reached);
      const stopped = !goesOn({ place, reached });
      await db
        .updateTable('trial_rungs')
        .set({ place, reached, stopped })
        .where('model', '=', model)
        .where('run', '=', run)
        .where('rung', '=', rung)
        .where('trial', '=', trial)
        // A trial that goes on is ranked again when other trials arrive; a stopped trial stays stopped.
        .where(sql<boolean>`(stopped is null or (stopped is false and ${stopped}))`)
        .execute();
      const row = await db
        .selectFrom('trial_rungs')
        .selectAll()
        .where('model', '=', model)
        .where('run', '=', run)
        .where('rung', '=', rung)
        .where('trial', '=', trial)
        .executeTakeFirstOrThrow();
      return row.stopped ? stoppedOf(row) : null;
    },

    stopped: async ({ model, run }, trial) => {
      const row = await db
        .selectFrom('trial_rungs')
        .selectAll()
        .where('model', '=', model)
        .where('run', '=', run)
        .where('trial', '=', trial)
        .where('stopped', '=', true)
        .orderBy('rung')
        .limit(1)
        .executeTakeFirst();
      return row ? stoppedOf(row) : null;
    },
  };
}
