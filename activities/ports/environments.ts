import type { ArtifactRef } from '../../contracts/artifacts.js';

/** Environments of trainers, built once per lock file. */
export interface Environments {
  /**
   * Return the path of a lock file's environment, and build it if it is missing. Concurrent builders wait for one
   * build.
   *
   * @throws MainspringFailure `EnvironmentBroken` if the lock file cannot be installed
   */
  ensure(lock: ArtifactRef, signal: AbortSignal): Promise<string>;
}
