import { z } from 'zod';
import { JobView } from '../../contracts/training.js';
import { limit, modelName, runName } from '../fields.js';
import { findModel, findRun } from '../lookup/find-run.js';
import { defineOperation } from '../operation.js';

export const list = defineOperation({
  name: 'jobs.list',
  summary: 'Training jobs, newest first, with their cost and the reason of their end',
  who: 'anyone',
  effect: 'read',
  input: z.strictObject({
    run: runName.optional().describe('Of this run only.'),
    model: modelName.optional().describe('Of this model only.'),
    limit: limit(50),
  }),
  output: z.array(JobView),
  errors: {
    'not-found': 'No run or model has this name.',
    usage: 'Several models have a run of this name.',
  },
  http: { method: 'GET', path: '/v1/jobs' },
  run: async (services, { run, model, limit: most }) => {
    const { views } = await services.records();
    if (run !== undefined) return views.jobs({ ...(await findRun(services, run)), limit: most });
    return views.jobs({
      ...(model === undefined ? {} : { model: await findModel(services, model) }),
      limit: most,
    });
  },
});
