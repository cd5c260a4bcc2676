import { makeBeginAction, makeFinishAction } from './actions.js';
import type { ReaperDeps } from './deps.js';
import { makeEndOrphan } from './end-orphan.js';
import { makeInspectJobs } from './inspect-jobs.js';
import { makeTidyFolders } from './tidy-folders.js';

export type { ReaperDeps } from './deps.js';

/** Activities of pool `training`: only its workers reach the job backends. */
export const createReaperActivities = (deps: ReaperDeps) => ({
  inspectJobs: makeInspectJobs(deps),
  beginAction: makeBeginAction(deps),
  finishAction: makeFinishAction(deps),
  endOrphan: makeEndOrphan(deps),
  tidyFolders: makeTidyFolders(deps),
});
export type ReaperActivities = ReturnType<typeof createReaperActivities>;
