import type { GoldenRequests } from '../../contracts/evaluation.js';
import { FailureType, fail } from '../../contracts/failures.js';
import { type Layout, batchOf } from '../features/layout.js';
import type { LoadedModel } from '../ports.js';

/** Single-row runs before traffic, so that the first client does not pay for lazy initialisation. */
const RUNS = 10;

/**
 * Run the golden requests of the evaluation: all rows together, then the first row alone.
 *
 * @throws Failure `WarmUpFailed` if an answer is missing or differs by more than the tolerance
 */
export async function warmUp(
  model: Pick<LoadedModel, 'score'>,
  { version, layout, width }: { version: number; layout: Layout; width: number },
  golden: GoldenRequests,
): Promise<void> {
  const refuse = (why: string) =>
    fail(FailureType.WarmUpFailed, `version ${version} failed its warm-up: ${why}`);
  if (golden.features.join() !== layout.names.join())
    throw refuse(
      `its golden requests have features ${golden.features.join(', ')}, but it is served with ${layout.names.join(', ')}`,
    );
  const ask = async (rows: GoldenRequests['rows']): Promise<Float32Array> => {
    try {
      return await model.score(batchOf(layout, rows.flat(), rows.length));
    } catch (error) {
      throw refuse(error instanceof Error ? error.message : String(error));
    }
  };
  const compare = (predictions: Float32Array, rows: number) => {
    if (predictions.length !== rows * width)
      throw refuse(`it gave ${predictions.length} numbers for ${rows} rows, expected ${width} a row`);
    predictions.forEach((value, at) => {
      const expected = golden.scores[at] ?? NaN;
      if (!(Math.abs(value - expected) <= golden.tolerance))
        throw refuse(
          `golden request ${Math.floor(at / width)} scored ${value}, evaluation saw ${expected} (tolerance ${golden.tolerance}): ` +
            'the model or the runtime is not the one that was evaluated',
        );
    });
  };
  compare(await ask(golden.rows), golden.rows.length);
  for (let run = 0; run < RUNS; run++) compare(await ask(golden.rows.slice(0, 1)), 1);
}
