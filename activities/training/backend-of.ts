import { FailureType, fail } from '../../contracts/failures.js';
import type { BackendName } from '../../contracts/spec/training.js';
import type { JobBackend } from '../ports/job-backend.js';
import type { TrainingDeps } from './deps.js';

const VARIABLE: Record<BackendName, string> = {
  local: '',
  slurm: 'MAINSPRING_SLURM=true, with sbatch on the PATH of the training workers',
  ray: 'MAINSPRING_RAY_ADDRESS, e.g. http://head:8265',
  kubernetes: 'MAINSPRING_KUBECONFIG, the path of a kubeconfig',
};

/** @throws ApplicationFailure `BackendNotConfigured` */
export function backendOf({ backends }: Pick<TrainingDeps, 'backends'>, name: BackendName): JobBackend {
  const backend = backends[name];
  if (backend) return backend;
  const known = Object.keys(backends).join(', ');
  throw fail(
    FailureType.BackendNotConfigured,
    `training.backend is "${name}", and this installation is connected to: ${known}. Set ${VARIABLE[name]}, or name another backend.`,
  );
}
