import { TaskQueue } from '../../../contracts/task-queues.js';
import { type Check, ok } from './check.js';

export const workerPools: Check = {
  what: 'worker pools',
  look: async (services) => {
    const queues = await (await services.workflows()).queues();
    const silent = queues.filter(({ pollers }) => pollers === 0).map(({ pool }) => pool);
    if (silent.length === 0) return ok(`${Object.keys(TaskQueue).length} pools poll`);
    return {
      verdict: 'warn',
      detail: `no worker polls for: ${silent.join(', ')}`,
      remedy: 'Runs wait until it is back: start the pools with `mainspring up`.',
    };
  },
};
