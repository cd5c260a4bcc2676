import type { Head } from '../../../activities/training/lease/head.js';
import type { ObjectStore } from '../../../activities/ports/object-store.js';
import { lookAgain } from './look-again.js';

/** How a head went back: to a lower attempt, to an earlier step, or to no result. Null if it only grew. */
export function fellBack(before: Head, after: Head): string | null {
  if (after.attempt < before.attempt) return `attempt ${before.attempt} became ${after.attempt}`;
  if ((after.checkpoint?.step ?? -1) < (before.checkpoint?.step ?? -1))
    return `step ${before.checkpoint?.step} became ${after.checkpoint?.step ?? 'none'}`;
  if (before.result && before.result.manifest.sha256 !== after.result?.manifest.sha256)
    return 'its result was replaced';
  return null;
}

/** Checks the heads of all intents continuously. */
export function watchHeads(objects: Pick<ObjectStore, 'get' | 'list'>) {
  const seen = new Map<string, Head>();
  return lookAgain(async (last) => {
    const faults: string[] = [];
    for (const key of await objects.list('heads/')) {
      // A head with a result never changes again. The last look reads all heads.
      if (!last && seen.get(key)?.result) continue;
      const found = await objects.get(key);
      if (!found) continue;
      const head = JSON.parse(found.body.toString()) as Head;
      const before = seen.get(key);
      const fault = before && fellBack(before, head);
      if (fault) faults.push(`${key}: ${fault}`);
      seen.set(key, head);
    }
    return faults;
  }, 300);
}
