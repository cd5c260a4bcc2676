import { z } from 'zod';
import { studyId } from '../../contracts/ids.js';
import { TrialRow } from '../../contracts/study.js';
import { Leaderboard } from '../../contracts/training.js';
import { limit, runName } from '../fields.js';
import { findRun } from '../lookup/find-run.js';
import { defineOperation } from '../operation.js';

export const StudyView = z.strictObject({
  model: z.string(),
  run: z.string(),
  /** Answer of the study; null if it is over or no worker answers. */
  leaderboard: Leaderboard.nullable(),
  /** Number of recorded trials in each state. */
  counts: z.partialRecord(TrialRow.shape.state, z.int()),
  /** Recorded trials, best first. */
  trials: z.array(TrialRow),
});
export type StudyView = z.infer<typeof StudyView>;

export const get = defineOperation({
  name: 'studies.get',
  summary: 'The search of a run: its leaderboard while it lives, and every trial that is over',
  who: 'anyone',
  effect: 'read',
  input: z.strictObject({ run: runName, limit: limit(20) }),
  output: StudyView,
  errors: {
    'not-found': 'No run has this name.',
    usage: 'Several models have a run of this name.',
  },
  http: { method: 'GET', path: '/v1/studies/{run}' },
  run: async (services, input): Promise<StudyView> => {
    const name = await findRun(services, input.run);
    const [{ views }, workflows] = await Promise.all([services.records(), services.workflows()]);
    const [leaderboard, recorded] = await Promise.all([
      workflows.ask<Leaderboard>(studyId(name.model, name.run), 'leaderboard'),
      views.goal(name.model, name.run),
    ]);
    const goal = leaderboard?.objective.goal ?? recorded ?? 'minimize';
    const [counts, trials] = await Promise.all([
      views.trialCounts(name.model, name.run),
      views.trials({ ...name, goal, limit: input.limit }),
    ]);
    return { ...name, leaderboard: leaderboard ?? null, counts, trials };
  },
});
