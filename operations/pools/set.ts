import { z } from 'zod';
import { mapOf } from '../../contracts/bounded.js';
import { PoolView } from '../../contracts/budget.js';
import { goOn } from '../../contracts/job-lease.js';
import { BackendName, ShortName } from '../../contracts/spec/training.js';
import { actor } from '../caller.js';
import { MainspringError } from '../errors.js';
import { text } from '../../contracts/primitives/text.js';
import { by, wholeNumber } from '../fields.js';
import { defineOperation } from '../operation.js';
import type { Services } from '../ports/services.js';
import { WorkflowGone } from '../ports/workflows.js';

const weight = z.number('a number above 0').positive('a number above 0');

const Input = z.strictObject({
  name: text(63).describe('Name of the pool.'),
  backend: text(100).describe('Job backend.'),
  by,
  gpuType: text(100).optional().describe('For this kind of GPU only.'),
  gpus: wholeNumber(0).optional().describe('GPUs in use at once.'),
  jobs: wholeNumber(1).optional().describe('Jobs at once.'),
  weights: mapOf(
    text(63),
    weight,
    1_000,
    'Team → its share relative to others; 1 for those that are not named.',
  ).optional(),
});

const usage = (message: string, remedy: string) => new MainspringError('usage', message, remedy);

function check({ name, backend, gpus, jobs }: z.output<typeof Input>): BackendName {
  const known = BackendName.safeParse(backend);
  if (!known.success)
    throw usage(`"${backend}" is no backend`, `Backends: ${BackendName.options.join(', ')}.`);
  if (!ShortName.safeParse(name).success)
    throw usage(
      `"${name}" is no name of a pool`,
      'Lower-case letters, digits, dots, dashes and underscores, 1–63 characters.',
    );
  if (gpus === undefined && jobs === undefined)
    throw usage('a pool without a limit has no effect', 'Name --gpus, --jobs or both.');
  return known.data;
}

async function declare(
  services: Services,
  input: z.output<typeof Input>,
  setBy: string,
): Promise<PoolView[]> {
  const backend = check(input);
  const { name, gpuType = '', gpus = null, jobs = null, weights = {} } = input;
  const { pools } = await services.records();
  const other = (await pools.list()).find(
    (pool) => pool.name !== name && pool.backend === backend && pool.gpuType === gpuType,
  );
  if (other)
    throw new MainspringError(
      'refused',
      `pool "${other.name}" is of backend ${backend} and GPU ${gpuType || 'any'} already`,
      'One pool for each backend and kind of GPU: change that one.',
    );
  const waiters = await pools.set({ name, backend, gpuType, gpus, jobs, weights, by: setBy });
  if (waiters.length > 0) {
    const workflows = await services.workflows();
    for (const waiter of waiters)
      await workflows.signal(waiter, goOn).catch((error: unknown) => {
        if (!(error instanceof WorkflowGone)) throw error;
      });
  }
  return pools.list();
}

export const set = defineOperation({
  name: 'pools.set',
  summary: 'Declare a pool of job slots, or replace its declaration; jobs that wait for it ask again',
  who: 'operator',
  effect: 'write',
  input: Input,
  output: z.array(PoolView),
  errors: {
    usage: 'The backend is unknown, the name is no pool name, or no limit is named.',
    refused: 'Another pool has this backend and this kind of GPU.',
  },
  http: { method: 'POST', path: '/v1/pools/{name}' },
  run: (services, input, caller) => declare(services, input, actor(caller, input.by)),
});
