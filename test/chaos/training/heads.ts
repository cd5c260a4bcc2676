import type { Head } from '../../../activities/training/lease/head.js';
import type { ObjectStore } from '../../../activities/ports/object-store.js';
import { lookAgain } from './look-again.js';

/** A head that went back: a lower attempt, an earlier step, or a result that is gone. Null when it only grew. */
export function fellBack(before: Head, after: Head): string | null {
  if (after.attempt < before.attempt) return `attempt ${before.attempt} became ${after.attempt}`;
  if ((after.checkpoint?.step ?? -1) < (before.checkpoint?.step ?? -1))
    return `step ${before.checkpoint?.step} became ${after.checkpoint?.step ?? 'none'}`;
  if (before.result && before.result.manifest.sha256 !== after.result?.manifest.sha256)
    return 'its result was replaced';
  return null;
}

/** Looks at the heads of all intents all the time. */
export function watchHeads(objects: Pick<ObjectStore, 'get' | 'list'>) {
  const seen = new Map<string, Head>();
  return lookAgain(async (last) => {
    const faults: string[] = [];
    for (const key of await objects.list('heads/')) {
      // What has its result changes no more; the last look sees all.
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
