import type { ArtifactRef } from '../../contracts/artifacts.js';

/** Environments that trainers run in, built once from their lock files. */
export interface Environments {
  /**
   * Path of the environment of this lock file; builds it when it is not there. Concurrent builders wait for one.
   *
   * @throws ApplicationFailure `EnvironmentBroken` when the lock file cannot be installed
   */
  ensure(lock: ArtifactRef, signal: AbortSignal): Promise<string>;
}
