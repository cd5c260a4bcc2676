import type { Client } from '@temporalio/client';
import type { JobStore } from '../ports/job-store.js';
import type { ObjectStore } from '../ports/object-store.js';
import type { RungStore, TrialStore } from '../ports/trial-store.js';
import { makeFindEndedTrials } from './find-ended-trials.js';
import { makeOpenTrial } from './open-trial.js';
import { makeRecordTrials } from './record-trials.js';

/** The many short activities of studies and their trials, for pool `control`. */
export const createStudyActivities = (deps: {
  client: Pick<Client, 'workflow'>;
  jobs: JobStore;
  objects: ObjectStore;
  engineId: string;
  rungs: RungStore;
  trials: TrialStore;
}) => ({
  openTrial: makeOpenTrial(deps),
  recordTrials: makeRecordTrials(deps),
  findEndedTrials: makeFindEndedTrials(deps),
});
export type StudyActivities = ReturnType<typeof createStudyActivities>;
