import { makeBuildEnvironment } from './build-environment.js';
import { makeCancelJob } from './cancel-job.js';
import { makeCollectJob } from './collect-job.js';
import type { TrainingDeps } from './deps.js';
import { makeDispatchJob } from './dispatch-job.js';
import { makeOpenJob } from './open-job.js';
import { makeWatchJob } from './watch-job.js';

export type { TrainingDeps } from './deps.js';

export const createTrainingActivities = (deps: TrainingDeps) => ({
  openJob: makeOpenJob(deps),
  buildEnvironment: makeBuildEnvironment(deps),
  dispatchJob: makeDispatchJob(deps),
  watchJob: makeWatchJob(deps),
  collectJob: makeCollectJob(deps),
  cancelJob: makeCancelJob(deps),
});
export type TrainingActivities = ReturnType<typeof createTrainingActivities>;
