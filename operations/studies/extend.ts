import { z } from 'zod';
import { MAX_TRIALS } from '../../contracts/spec/training.js';
import { extendStudy } from '../../contracts/study.js';
import { actor } from '../caller.js';
import { by, runName, wholeNumber } from '../fields.js';
import { defineOperation } from '../operation.js';
import { StudyNow, tellStudy } from './tell.js';

const step = {
  update: extendStudy,
  remedy: (run: string) =>
    `A search that was stopped takes no more trials: wait for its end (\`mainspring watch ${run}\`) and start another run.`,
};

export const extend = defineOperation({
  name: 'studies.extend',
  summary: 'Add trials to a search',
  who: ['data-scientist', 'ml-engineer'],
  effect: 'write',
  input: z.strictObject({
    run: runName,
    by,
    trials: wholeNumber(1, MAX_TRIALS).describe('Number of further trials.'),
  }),
  output: StudyNow,
  errors: {
    'not-found': 'No run has this name.',
    usage: 'Several models have a run of this name.',
    refused: 'The search is over or has not begun, or does not take this step now.',
  },
  http: { method: 'POST', path: '/v1/studies/{run}/extend' },
  run: (services, { run, by: stated, trials }, caller) =>
    tellStudy(services, run, step, { by: actor(caller, stated), trials }),
});
