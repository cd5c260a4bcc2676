import { WorkflowNotFoundError } from '@temporalio/client';
import type { PoolView } from '../../contracts/budget.js';
import { goOn } from '../../contracts/job-lease.js';
import { BackendName, ShortName } from '../../contracts/spec/training.js';
import { MainspringError } from '../errors.js';
import type { Services } from '../services/services.js';

export interface PoolOptions {
  backend: string;
  gpuType?: string;
  gpus?: number;
  jobs?: number;
  /** Team → its share relative to others; 1 for those that are not named. */
  weights?: Record<string, number>;
  by: string;
}

/** Every pool: what is taken, and who waits. */
export async function pools(services: Services): Promise<PoolView[]> {
  return (await services.database()).pools.list();
}

const usage = (message: string, remedy: string) => new MainspringError('usage', message, remedy);

function check(name: string, { backend, gpus, jobs, weights = {} }: PoolOptions): BackendName {
  const known = BackendName.safeParse(backend);
  if (!known.success)
    throw usage(`"${backend}" is no backend`, `Backends: ${BackendName.options.join(', ')}.`);
  if (!ShortName.safeParse(name).success)
    throw usage(
      `"${name}" is no name of a pool`,
      'Lower-case letters, digits, dots, dashes and underscores, 1–63 characters.',
    );
  if (gpus === undefined && jobs === undefined)
    throw usage('a pool without a limit holds nothing back', 'Name --gpus, --jobs or both.');
  for (const [limit, value, least] of [
    ['gpus', gpus ?? 0, 0],
    ['jobs', jobs ?? 1, 1],
  ] as const)
    if (!Number.isInteger(value) || value < least)
      throw usage(
        `${limit} of pool "${name}" is ${value}, allowed: a whole number, at least ${least}`,
        `For example: --${limit} 4`,
      );
  const wrong = Object.entries(weights).find(([, weight]) => !(Number.isFinite(weight) && weight > 0));
  if (wrong)
    throw usage(
      `weight of team ${wrong[0]} is ${wrong[1]}, allowed: a number above 0`,
      `For example: --weight ${wrong[0]}=3`,
    );
  return known.data;
}

/**
 * Declare a pool, or replace what was declared. Jobs that wait for it are told.
 *
 * @throws MainspringError `usage`, `refused`, `unreachable`
 */
export async function setPool(services: Services, name: string, options: PoolOptions): Promise<PoolView[]> {
  const backend = check(name, options);
  const { gpuType = '', gpus = null, jobs = null, weights = {}, by } = options;
  const database = await services.database();
  const other = (await database.pools.list()).find(
    (pool) => pool.name !== name && pool.backend === backend && pool.gpuType === gpuType,
  );
  if (other)
    throw new MainspringError(
      'refused',
      `pool "${other.name}" is of backend ${backend} and GPU ${gpuType || 'any'} already`,
      'One pool for each backend and kind of GPU: change that one.',
    );
  const waiters = await database.pools.set({ name, backend, gpuType, gpus, jobs, weights, by });
  if (waiters.length > 0) {
    const { client } = await services.temporal();
    for (const waiter of waiters)
      await client.workflow
        .getHandle(waiter)
        .signal(goOn)
        .catch((error: unknown) => {
          if (!(error instanceof WorkflowNotFoundError)) throw error;
        });
  }
  return database.pools.list();
}
