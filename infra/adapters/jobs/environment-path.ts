import { join } from 'node:path';
import type { ArtifactRef } from '../../../contracts/artifacts.js';

/** Folder of the environment of a lock file on this machine. */
export const environmentPath = (dataDir: string, lock: ArtifactRef): string =>
  join(dataDir, 'environments', lock.sha256.slice(0, 32));
