import { z } from 'zod';
import { runName } from '../fields.js';
import { findRun } from '../lookup/find-run.js';
import { Trouble, allTroubles, troublesOfRun } from '../lookup/troubles.js';
import { defineOperation } from '../operation.js';

export const list = defineOperation({
  name: 'retries.list',
  summary:
    'What is tried again or waits for a worker for more than a minute, and what cannot go on, with the reason and what to do',
  who: 'anyone',
  effect: 'read',
  input: z.strictObject({ run: runName.optional().describe('Of this run only. Default: of all workflows.') }),
  output: z.array(Trouble),
  errors: { 'not-found': 'No run has this name.' },
  http: { method: 'GET', path: '/v1/retries' },
  run: async (services, { run }) =>
    run === undefined ? allTroubles(services) : troublesOfRun(services, await findRun(services, run)),
});
