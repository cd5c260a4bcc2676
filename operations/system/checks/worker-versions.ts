import { VERSION } from '../../../contracts/version.js';
import { isAlive, nameOf, type WorkerRecord } from '../../ports/workers.js';
import { type Check, type Finding, ok } from './check.js';

export function versionsOf(workers: readonly WorkerRecord[], own: string): Finding {
  const alive = workers.filter(isAlive);
  const other = alive.filter(({ version }) => version !== own);
  if (alive.length === 0) return ok('no worker has reported within a minute');
  if (other.length === 0) return ok(`${alive.length} of version ${own}`);
  return {
    verdict: 'warn',
    detail: `this is version ${own}, but ${other
      .map((worker) => `${nameOf(worker)} is ${worker.version}`)
      .join(', ')}`,
    remedy: 'Restart those workers with the same version as the others.',
  };
}

export const workerVersions: Check = {
  what: 'worker versions',
  look: async (services) => versionsOf(await (await services.records()).workers(), VERSION),
};
