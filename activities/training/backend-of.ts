import { BACKENDS } from '../../contracts/backends/index.js';
import { FailureType, fail } from '../../contracts/failures.js';
import type { BackendName } from '../../contracts/spec/training.js';
import type { JobBackend } from '../ports/job-backend.js';
import type { TrainingDeps } from './deps.js';

/** @throws MainspringFailure `BackendNotConfigured` */
export function backendOf({ backends }: Pick<TrainingDeps, 'backends'>, name: BackendName): JobBackend {
  const backend = backends[name];
  if (backend) return backend;
  const known = Object.keys(backends).join(', ');
  throw fail(
    FailureType.BackendNotConfigured,
    `training.backend is "${name}", and this installation is connected to: ${known}`,
    { remedy: `Set ${BACKENDS[name].connect}, or name another backend.` },
  );
}
