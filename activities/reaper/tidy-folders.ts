import { parseOrFail } from '../../contracts/failures.js';
import { TidyInput } from '../../contracts/reaper.js';
import type { ReaperDeps } from './deps.js';

/** A pass stays short; the next one goes on. */
const AT_MOST = 200;
const HOUR_MS = 3_600_000;

/**
 * Remove folders of attempts that are over for long enough: what counts of them is in the object store, and those that did
 * not succeed stay longer for whoever looks for the cause. A folder that no settled row knows is left alone: another
 * installation may share the disk.
 *
 * Idempotent. Short: no heartbeat.
 *
 * @returns how many were removed
 * @throws ApplicationFailure `InvalidInput` (never retried)
 */
export function makeTidyFolders({ folders, reaper }: Pick<ReaperDeps, 'folders' | 'reaper'>) {
  return async function tidyFolders(input: TidyInput): Promise<number> {
    const { keepSucceededMs, keepOthersMs } = parseOrFail(TidyInput, input);
    const now = Date.now();
    const settled = await reaper.settledBefore(
      await folders.list(),
      new Date(now - keepSucceededMs),
      new Date(now - keepOthersMs),
    );
    const some = settled.slice(0, AT_MOST);
    for (const { jobKey, state } of some) {
      const kept = (state === 'succeeded' ? keepSucceededMs : keepOthersMs) / HOUR_MS;
      await folders.remove(jobKey);
      await reaper.record(
        'folder',
        jobKey,
        `${state}, kept for ${Number(kept.toPrecision(3))} h`,
        new Date(),
      );
    }
    return some.length;
  };
}
