import { z } from 'zod';
import { actor } from '../caller.js';
import { by, reason, runName } from '../fields.js';
import { findRun } from '../lookup/find-run.js';
import { defineOperation } from '../operation.js';
import { endRun } from './end-run.js';

export const fail = defineOperation({
  name: 'lifecycles.fail',
  summary: 'Stop a run as `cancel` does; it ends as failed, with the reason and the name of the person',
  who: 'operator',
  effect: 'write',
  input: z.strictObject({ run: runName, by, reason }),
  output: z.strictObject({ model: z.string(), run: z.string() }),
  errors: {
    'not-found': 'No run has this name.',
    usage: 'Several models have a run of this name.',
    refused: 'The run is over, or is being ended already.',
  },
  http: { method: 'POST', path: '/v1/lifecycles/{run}/fail' },
  run: async (services, { run, by: stated, reason: why }, caller) => {
    const name = await findRun(services, run);
    await endRun(services, name, 'failed', { by: actor(caller, stated), reason: why });
    return name;
  },
});
