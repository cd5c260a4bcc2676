import { makeBuildEnvironment } from './build-environment.js';
import { makeCancelJob } from './cancel-job.js';
import { makeCollectJob } from './collect-job.js';
import type { SearchDeps, TrainingDeps } from './deps.js';
import { makeDispatchJob } from './dispatch-job.js';
import { makeOpenJob } from './open-job.js';
import { makeRunJob } from './run-job.js';
import { makeSuggestTrials } from './suggest-trials.js';
import { makeWatchJob } from './watch-job.js';

export type { SearchDeps, TrainingDeps } from './deps.js';

export const createTrainingActivities = (deps: TrainingDeps & SearchDeps) => ({
  openJob: makeOpenJob(deps),
  buildEnvironment: makeBuildEnvironment(deps),
  dispatchJob: makeDispatchJob(deps),
  watchJob: makeWatchJob(deps),
  collectJob: makeCollectJob(deps),
  cancelJob: makeCancelJob(deps),
  runJob: makeRunJob(deps),
  suggestTrials: makeSuggestTrials(deps),
});
export type TrainingActivities = ReturnType<typeof createTrainingActivities>;
