import { type StoreMarks, ageRemedy, judgeAges } from '../../../contracts/store-ages.js';
import type { Services } from '../../ports/services.js';
import { type Check, ok } from './check.js';

/** Marks are read one after the other while they are drawn. */
const BEHIND = 2;

export async function marksOf(services: Services): Promise<StoreMarks> {
  const [records, storage, workflows] = await Promise.all([
    services.records(),
    services.storage(),
    services.workflows(),
  ]);
  const engineId = services.settings.engineId ?? (await records.engineId());
  const [database, objects, temporal] = await Promise.all([
    records.storeMark(),
    storage.storeMark(engineId),
    workflows.storeMark(),
  ]);
  return { PostgreSQL: database ?? null, 'the object store': objects ?? null, Temporal: temporal ?? null };
}

export const storeAges: Check = {
  what: 'ages of the stores',
  look: async (services) => {
    const verdict = judgeAges(await marksOf(services), BEHIND);
    if (verdict.kind === 'new') return ok('no store is marked yet');
    if (verdict.kind === 'same') return ok(`all three at mark ${verdict.newest.epoch}`);
    return { verdict: 'fail', detail: verdict.detail, remedy: ageRemedy(verdict) };
  },
};
