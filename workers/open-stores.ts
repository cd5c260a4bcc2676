import { join } from 'node:path';
import type { Config } from '../infra/config.js';
import { openDatabase } from '../infra/adapters/postgres/database.js';
import { openRegistry } from '../infra/adapters/postgres/registry.js';
import { openStepStore } from '../infra/adapters/postgres/step-store.js';
import { openArtifactStore } from '../infra/adapters/s3/artifact-store.js';
import { openS3 } from '../infra/adapters/s3/client.js';

/**
 * The stores that most pools use: the database, and artifacts with a local cache that all processes of the machine
 * share.
 */
export function openStores({ postgres, objectStore, dataDir }: Config) {
  const db = openDatabase(postgres.url);
  const s3 = openS3(objectStore);
  const cacheDir = join(dataDir, 'cache');
  return {
    db,
    s3,
    cacheDir,
    registry: openRegistry(db),
    steps: openStepStore(db),
    artifacts: openArtifactStore(s3, objectStore.bucket, cacheDir),
    close: () => db.destroy(),
  };
}
