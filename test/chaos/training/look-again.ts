import { setTimeout as pause } from 'node:timers/promises';
import type { Violation } from '../invariants.js';

export interface Looked {
  violations: Violation[];
  looks: number;
}

/**
 * Look repeatedly until stopped, and once more then. A failed look is ignored, because its server may have been
 * struck.
 *
 * @param look returns violations; `last` is true for the final look
 */
export function lookAgain(look: (last: boolean) => Promise<string[]>, everyMs: number) {
  const found = new Set<string>();
  let looks = 0;
  let over = false;

  const once = async (last: boolean): Promise<void> => {
    for (const what of await look(last)) found.add(what);
    looks += 1;
  };
  const looking = (async () => {
    while (!over) {
      await once(false).catch(() => undefined);
      await pause(everyMs);
    }
  })();
  return {
    stop: async (): Promise<Looked> => {
      over = true;
      await looking;
      await once(true);
      return { violations: [...found].map((what) => ({ kind: 'wrong', what })), looks };
    },
  };
}
