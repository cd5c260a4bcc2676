import { z } from 'zod';
import { MainspringError } from '../errors.js';
import { runName } from '../fields.js';
import { findRun, showRun } from '../lookup/find-run.js';
import { workflowsOf } from '../lookup/troubles.js';
import { defineOperation } from '../operation.js';

export const retry = defineOperation({
  name: 'retries.retry',
  summary: 'Try again now what a run waits to try again, and count the attempts anew',
  who: 'operator',
  effect: 'write',
  input: z.strictObject({ run: runName }),
  output: z.strictObject({
    model: z.string(),
    run: z.string(),
    /** The activities that are tried now. */
    retried: z.array(z.strictObject({ workflow: z.string(), activity: z.string() })),
  }),
  errors: {
    'not-found': 'No run has this name.',
    usage: 'Several models have a run of this name.',
    refused: 'The run tries nothing again.',
  },
  http: { method: 'POST', path: '/v1/lifecycles/{run}/retry' },
  run: async (services, { run }) => {
    const name = await findRun(services, run);
    const workflows = await services.workflows();
    const waiting = (await workflowsOf(services, name)).flatMap(({ id, activities }) =>
      activities
        .filter(({ attempt }) => attempt > 1)
        .map((activity) => ({ workflow: id, id: activity.id, activity: activity.type })),
    );
    if (waiting.length === 0)
      throw new MainspringError(
        'refused',
        `run ${showRun(name)} tries nothing again`,
        `See what it waits for with \`mainspring status ${showRun(name)}\`.`,
      );
    for (const { workflow, id } of waiting) await workflows.retryNow(workflow, id);
    return { ...name, retried: waiting.map(({ workflow, activity }) => ({ workflow, activity })) };
  },
});
