import type { GoldenRequests } from '../../contracts/evaluation.js';
import { FailureType, fail } from '../../contracts/failures.js';
import type { LoadedModel } from '../ports.js';

/** Single-row runs before traffic, so that the first client does not pay for lazy initialisation. */
const RUNS = 10;

/**
 * Ask the model what evaluation asked it, all rows together and the first by itself.
 *
 * @throws ApplicationFailure `WarmUpFailed` when an answer is missing or differs by more than the tolerance
 */
export async function warmUp(
  model: Pick<LoadedModel, 'score'>,
  { version, features }: { version: number; features: readonly string[] },
  golden: GoldenRequests,
): Promise<void> {
  const refuse = (why: string) =>
    fail(FailureType.WarmUpFailed, `version ${version} failed its warm-up: ${why}`);
  if (golden.features.join() !== features.join())
    throw refuse(
      `its golden requests have features ${golden.features.join(', ')}, but it is served with ${features.join(', ')}`,
    );
  const ask = async (rows: readonly number[][]): Promise<Float32Array> => {
    try {
      return await model.score(Float32Array.from(rows.flat()), rows.length);
    } catch (error) {
      throw refuse(error instanceof Error ? error.message : String(error));
    }
  };
  const compare = (scores: Float32Array) =>
    scores.forEach((score, row) => {
      const expected = golden.scores[row] ?? NaN;
      if (!(Math.abs(score - expected) <= golden.tolerance))
        throw refuse(
          `golden request ${row} scored ${score}, evaluation saw ${expected} (tolerance ${golden.tolerance}): ` +
            'the model or the runtime is not the one that was evaluated',
        );
    });
  compare(await ask(golden.rows));
  for (let run = 0; run < RUNS; run++) compare(await ask(golden.rows.slice(0, 1)));
}
