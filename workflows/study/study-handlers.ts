import { setHandler, upsertSearchAttributes } from '@temporalio/workflow';
import { FailureType, fail, parseOrFail } from '../../contracts/failures.js';
import { studyLeaderboard } from '../../contracts/job-lease.js';
import { gridSize } from '../../contracts/search-grid.js';
import { SearchAttribute } from '../../contracts/search-attributes.js';
import { MAX_TRIALS } from '../../contracts/spec/training.js';
import {
  ExtendStudy,
  StudyNote,
  type StudyProgress,
  type StudyRun,
  type StudyState,
  TrialReport,
  extendStudy,
  pauseStudy,
  resumeStudy,
  stopStudy,
  studyProgress,
  trialEnded,
} from '../../contracts/study.js';
import { leaderboardOf, progressOf } from '../policy/study-state.js';
import { forTemporal } from '../for-temporal.js';
import { onSignal } from '../on-signal.js';

/** Registers the study's handlers for people and trials. Each handler changes the state at once and does not wait. */
export function receive(
  { model, specDigest, training }: StudyRun,
  state: StudyState,
  hear: (report: TrialReport) => void,
  wake: () => void,
): void {
  const { search } = training;
  upsertSearchAttributes([
    { key: SearchAttribute.Model, value: model },
    { key: SearchAttribute.Backend, value: training.backend },
    { key: SearchAttribute.SpecDigest, value: specDigest },
  ]);
  onSignal(trialEnded, TrialReport, hear, { description: 'A trial says how it ended.' });
  setHandler(forTemporal(studyLeaderboard), () => leaderboardOf(state, search), {
    description: 'The best trials, with their parameters and values, and those that run. The table has all.',
  });
  setHandler(forTemporal(studyProgress), () => progressOf(state), { description: 'How far the search is.' });

  const said = (note: StudyNote) => ({ ...note, at: new Date().toISOString() });
  const answer = (): StudyProgress => {
    wake();
    return progressOf(state);
  };
  const refuse = (why: string, remedy?: string) => fail(FailureType.InvalidInput, why, { remedy });
  const refuseEnded = (): void => {
    if (state.ended)
      throw refuse(`the study was stopped by ${state.ended.by} (${state.ended.reason}): it only ends now`);
  };

  setHandler(
    forTemporal(pauseStudy),
    (note) => {
      state.paused = said(note);
      return answer();
    },
    {
      description: 'Start nothing new; what runs goes on: {"by": "you", "reason": "why"}.',
      validator: (note) => {
        parseOrFail(StudyNote, note);
        refuseEnded();
        if (state.paused) throw refuse(`${state.paused.by} has paused it already: ${state.paused.reason}`);
      },
    },
  );
  setHandler(
    forTemporal(resumeStudy),
    () => {
      state.paused = null;
      return answer();
    },
    {
      description: 'Go on after a pause: {"by": "you", "reason": "why"}.',
      validator: (note) => {
        parseOrFail(StudyNote, note);
        refuseEnded();
        if (!state.paused) throw refuse('it is not paused');
      },
    },
  );
  setHandler(
    forTemporal(extendStudy),
    ({ trials }) => {
      state.total += trials;
      return answer();
    },
    {
      description: 'So many trials more: {"by": "you", "trials": 100}.',
      validator: (more) => {
        const { trials } = parseOrFail(ExtendStudy, more);
        refuseEnded();
        const total = state.total + trials;
        if (total > MAX_TRIALS)
          throw refuse(
            `${total} trials are more than a study may have (${MAX_TRIALS})`,
            `Extend by ${MAX_TRIALS - state.total} at most.`,
          );
        const points = search.algorithm === 'grid' ? gridSize(search.space) : Infinity;
        if (total > points)
          throw refuse(
            `the grid has ${points} points, and ${state.total} are planned`,
            `Extend by ${points - state.total} at most.`,
          );
      },
    },
  );
  setHandler(
    forTemporal(stopStudy),
    (note) => {
      state.ended = said(note);
      return answer();
    },
    {
      description: 'Stop what runs, and end with the best so far: {"by": "you", "reason": "why"}.',
      validator: (note) => {
        parseOrFail(StudyNote, note);
        refuseEnded();
        if (state.succeeded === 0)
          throw refuse(
            'no trial has succeeded yet, so that there is nothing to go on with',
            'Wait for one, or cancel the run.',
          );
      },
    },
  );
}
