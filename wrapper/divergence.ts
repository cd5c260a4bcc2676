import { ContractViolated } from './contract-violated.js';
import { FIT_FAILED } from './fit-failed.js';
import type { Layout } from './layout.js';
import { lineReader } from './line-reader.js';
import { parseProgressLine } from './progress.js';

/** Progress lines in a row without a finite objective after which a fit counts as failed. */
const IN_A_ROW = 3;

/**
 * Follows progress.ndjson of a trial. A fit whose objective stays NaN or infinite cannot be compared with others, so
 * that going on only costs money.
 *
 * @param objective metric of the search; null for a job that no search compares
 * @returns a function that returns why the fit has failed, or undefined if it has not
 */
export function watchDivergence(
  { progress: path, base }: Pick<Layout, 'progress' | 'base'>,
  objective: string | null,
): () => Promise<ContractViolated | undefined> {
  const lines = lineReader(path, base);
  let inARow = 0;
  return async () => {
    if (objective === null) return undefined;
    for (const line of await lines.next()) {
      const found = parseProgressLine(line);
      if (!found) continue;
      if (found.notFinite.includes(objective)) inARow += 1;
      else if (objective in found.metrics) inARow = 0;
      if (inARow >= IN_A_ROW)
        return new ContractViolated(
          `metric "${objective}" is NaN or infinite in ${IN_A_ROW} progress lines in a row, at step ${found.step}: the fit was stopped early`,
          FIT_FAILED,
        );
    }
    return undefined;
  };
}
