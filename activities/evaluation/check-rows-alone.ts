import { FailureType, fail } from '../../contracts/failures.js';
import { batchOf } from '../../contracts/feature-batch.js';
import type { FeatureValue, SignatureInput } from '../../contracts/signature.js';
import type { LoadedModel } from '../ports/scorer.js';

/** Rows that are scored alone. */
const ROWS = 16;

interface Answered {
  rows: readonly (readonly FeatureValue[])[];
  inputs: readonly SignatureInput[];
  /** Predictions of all rows in one batch, row-major. */
  answers: Float32Array;
  /** Largest difference that counts as equal. */
  tolerance: number;
  /** Numbers of one prediction. */
  width: number;
}

/**
 * Score rows alone that were scored in a batch. A model whose answer depends on the other rows of its batch was evaluated in
 * batches and would answer clients otherwise.
 *
 * @throws Failure `ModelUnusable` with the row, both answers and the remedy
 */
export async function checkRowsAlone(
  model: Pick<LoadedModel, 'score'>,
  { rows, inputs, answers, tolerance, width }: Answered,
): Promise<void> {
  for (const [at, row] of rows.slice(0, ROWS).entries()) {
    const alone = await model.score(batchOf([row], { inputs }));
    const among = answers.subarray(at * width, (at + 1) * width);
    if (alone.every((value, n) => Math.abs(value - (among[n] ?? NaN)) <= tolerance)) continue;
    throw fail(
      FailureType.ModelUnusable,
      `the candidate’s answer to a row depends on the other rows of its batch: alone it gave ${shown(alone)}, among ${rows.length} rows ${shown(among)}, expected a difference of at most ${tolerance}. ` +
        `The row is ${JSON.stringify(row).slice(0, 300)}`,
      {
        remedy:
          'Export the model in inference mode, so that batch normalization takes its stored statistics (PyTorch: model.eval() before torch.onnx.export; Keras: training=False).',
      },
    );
  }
}

const shown = (prediction: Float32Array): string => `[${prediction.join(', ').slice(0, 100)}]`;
