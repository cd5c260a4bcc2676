import { parseOrFail } from '../../contracts/failures.js';
import { TidyInput } from '../../contracts/reaper.js';
import type { ReaperDeps } from './deps.js';
import { tidyObjects } from './tidy-objects.js';

/** Most folders removed in one pass; the next pass removes more. */
const AT_MOST = 200;
const HOUR_MS = 3_600_000;

/**
 * Remove the folders of attempts that ended long enough ago. Their results are in the object store. Folders of
 * attempts that did not succeed are kept longer, for people who look for the cause. A folder without an ended row
 * is left alone, because another installation may share the disk. Then remove the objects of ended attempts that nothing
 * refers to.
 *
 * Idempotent. Short: no heartbeat.
 *
 * @returns how many folders were removed
 * @throws MainspringFailure `InvalidInput` (never retried)
 */
export function makeTidyFolders(deps: Omit<ReaperDeps, 'backends' | 'timing'>) {
  const { folders, reaper } = deps;
  return async function tidyFolders(input: TidyInput): Promise<number> {
    const { keepSucceededMs, keepOthersMs } = parseOrFail(TidyInput, input);
    const now = Date.now();
    const ended = await reaper.endedBefore(
      await folders.list(),
      new Date(now - keepSucceededMs),
      new Date(now - keepOthersMs),
    );
    const some = ended.slice(0, AT_MOST);
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
    await tidyObjects(deps, { keepSucceededMs, keepOthersMs });
    return some.length;
  };
}
