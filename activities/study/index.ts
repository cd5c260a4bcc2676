import type { Client } from '@temporalio/client';
import type { JobStore } from '../ports/job-store.js';
import type { ObjectStore } from '../ports/object-store.js';
import type { RungStore, TrialStore } from '../ports/trial-store.js';
import { makeFindEndedTrials } from './find-ended-trials.js';
import { makeOpenTrial } from './open-trial.js';
import { makeRecordTrials } from './record-trials.js';

/** What a study and its trials ask of the control pool: short, and many of them. */
export const createStudyActivities = (deps: {
  client: Pick<Client, 'workflow'>;
  jobs: JobStore;
  objects: ObjectStore;
  rungs: RungStore;
  trials: TrialStore;
}) => ({
  openTrial: makeOpenTrial(deps),
  recordTrials: makeRecordTrials(deps),
  findEndedTrials: makeFindEndedTrials(deps),
});
export type StudyActivities = ReturnType<typeof createStudyActivities>;
