import { setTimeout as pause } from 'node:timers/promises';
import type { Head } from '../../../activities/training/lease/head.js';
import type { ObjectStore } from '../../../activities/ports/object-store.js';
import type { Violation } from '../invariants.js';

const EVERY_MS = 300;

/** A head that went back: a lower attempt, an earlier step, or a result that is gone. Null when it only grew. */
export function fellBack(before: Head, after: Head): string | null {
  if (after.attempt < before.attempt) return `attempt ${before.attempt} became ${after.attempt}`;
  if ((after.checkpoint?.step ?? -1) < (before.checkpoint?.step ?? -1))
    return `step ${before.checkpoint?.step} became ${after.checkpoint?.step ?? 'none'}`;
  if (before.result && before.result.manifest.sha256 !== after.result?.manifest.sha256)
    return 'its result was replaced';
  return null;
}

/** Looks at the heads of all intents again and again; a store that is away is asked later. */
export function watchHeads(objects: Pick<ObjectStore, 'get' | 'list'>) {
  const seen = new Map<string, Head>();
  const violations: Violation[] = [];
  let looks = 0;
  let over = false;

  async function look(): Promise<void> {
    for (const key of await objects.list('heads/')) {
      // What has its result changes no more; one last look at the end sees all.
      if (!over && seen.get(key)?.result) continue;
      const found = await objects.get(key);
      if (!found) continue;
      const head = JSON.parse(found.body.toString()) as Head;
      const before = seen.get(key);
      const fault = before && fellBack(before, head);
      if (fault) violations.push({ kind: 'wrong', what: `${key}: ${fault}` });
      seen.set(key, head);
      looks += 1;
    }
  }
  const watching = (async () => {
    while (!over) {
      await look().catch(() => undefined);
      await pause(EVERY_MS);
    }
  })();
  return {
    stop: async (): Promise<{ violations: Violation[]; looks: number }> => {
      over = true;
      await watching;
      await look();
      return { violations, looks };
    },
  };
}
