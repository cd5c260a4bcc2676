import { engineIdOf } from '../adapters/postgres/engine-id.js';
import { openDatabase } from '../adapters/postgres/database.js';
import { markInDatabase } from '../adapters/postgres/store-mark.js';
import { openS3 } from '../adapters/s3/client.js';
import { openObjectStore } from '../adapters/s3/object-store.js';
import { markInObjects } from '../adapters/s3/store-mark.js';
import { openMarkInTemporal } from '../adapters/temporal/store-mark.js';
import type { Config } from '../config.js';
import { drawMark } from './keep-marks.js';
import { StoresDiffer } from './stores-differ.js';

/**
 * Compares the ages of the stores before anything runs.
 *
 * @throws StoresDiffer if one of them was restored to an older state than the others
 */
export async function checkAges(config: Config): Promise<void> {
  const { postgres, objectStore } = config;
  const db = openDatabase(postgres.url, { max: 2 });
  try {
    const temporal = await openMarkInTemporal(config);
    try {
      const engineId = config.engineId ?? (await engineIdOf(db));
      const objects = openObjectStore(openS3(objectStore), objectStore.bucket);
      const stores = [markInDatabase(db), markInObjects(objects, engineId), temporal.store];
      const verdict = await drawMark({ db, stores, accepted: config.acceptStoreAges });
      if (verdict?.kind === 'differ') throw new StoresDiffer(verdict);
    } finally {
      await temporal.close();
    }
  } finally {
    await db.destroy();
  }
}
