import { describe, expect, it } from 'vitest';
import {
  approvalId,
  lifecycleId,
  monitorId,
  releaseId,
  trainingJobId,
  trialIntent,
} from '../../../contracts/ids.js';
import { logFields } from '../../../workers/log-fields.js';

describe('logFields', () => {
  it.each([
    [lifecycleId('flight-delay', 'r-1'), { model: 'flight-delay', run: 'r-1', stage: 'lifecycle' }],
    [
      trainingJobId(trialIntent('flight-delay', 'r-1', 3)),
      { model: 'flight-delay', run: 'r-1', stage: 'training', job: 'trial-3' },
    ],
    [monitorId('flight-delay'), { model: 'flight-delay', stage: 'monitoring' }],
    [releaseId('flight-delay', 4), { model: 'flight-delay', stage: 'release' }],
    [approvalId('subject', 1), { model: 'subject', stage: 'approval' }],
    ['something else', {}],
  ])('names run and stage of %s', (workflowId, fields) => {
    expect(logFields({ workflowId })).toEqual(fields);
  });

  it('adds the activity and its attempt', () => {
    expect(logFields({ workflowId: lifecycleId('m', 'run-1'), activityType: 'openRun', attempt: 2 })).toEqual(
      { model: 'm', run: 'run-1', stage: 'lifecycle/openRun', attempt: 2 },
    );
  });

  it('adds no fields to lines outside workflows', () => {
    expect(logFields({})).toEqual({});
  });
});
