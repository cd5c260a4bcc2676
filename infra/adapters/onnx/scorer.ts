import { InferenceSession, Tensor } from 'onnxruntime-node';
import type { LoadedModel, Scorer } from '../../../activities/ports/scorer.js';
import { FailureType, fail } from '../../../contracts/failures.js';

const INPUT = 'features';
const OUTPUT = 'probabilities';

const shown = (
  values: InferenceSession.ValueMetadata[] | readonly InferenceSession.ValueMetadata[],
): string =>
  values
    .map((value) =>
      value.isTensor
        ? `${value.name}: ${value.type}[${value.shape.join(', ')}]`
        : `${value.name}: not a tensor`,
    )
    .join('; ') || 'nothing';

/** The session's inputs and outputs against what evaluation and serving will ask of it. */
function check(session: InferenceSession, name: string, width: number): void {
  const unusable = (
    side: string,
    found: readonly InferenceSession.ValueMetadata[],
    expected: string,
    remedy: string,
  ) =>
    fail(
      FailureType.ModelUnusable,
      `the ${name}’s ONNX model has ${side} (${shown(found)}), expected ${expected}: ${remedy}`,
    );

  const [input, ...others] = session.inputMetadata;
  const [rows, columns] = input?.isTensor ? input.shape : [];
  const wrongInput =
    others.length > 0 ||
    input?.name !== INPUT ||
    !input.isTensor ||
    input.type !== 'float32' ||
    (input.shape.length > 0 && input.shape.length !== 2) ||
    (typeof rows === 'number' && rows > 0) ||
    (typeof columns === 'number' && columns > 0 && columns !== width);
  if (wrongInput)
    throw unusable(
      'inputs',
      session.inputMetadata,
      `one input ${INPUT}: float32[rows, ${width}], one column for each of features.set`,
      `export it with initial_types=[('${INPUT}', FloatTensorType([None, ${width}]))], or correct features.set`,
    );

  const output = session.outputMetadata.find((candidate) => candidate.name === OUTPUT);
  if (!output?.isTensor || output.type !== 'float32')
    throw unusable(
      'outputs',
      session.outputMetadata,
      `an output ${OUTPUT}: float32[rows, 2], the probabilities of label 0 and label 1`,
      'export the classifier with zipmap=False and name the output so',
    );
}

function loaded(session: InferenceSession, name: string, width: number): LoadedModel {
  return {
    score: async (features, rows) => {
      const feeds = { [INPUT]: new Tensor('float32', features, [rows, width]) };
      // Only this output: converters give `label` a static shape, which costs a warning per run.
      const { [OUTPUT]: answer } = await session.run(feeds, [OUTPUT]).catch((error: unknown) => {
        throw fail(
          FailureType.ModelUnusable,
          `the ${name} failed on ${rows} rows of ${width} features: ${String(error)}; expected it to take any number of rows: export it again and try it with onnxruntime`,
        );
      });
      if (!answer || answer.dims[0] !== rows || answer.dims[1] !== 2 || answer.dims.length !== 2)
        throw fail(
          FailureType.ModelUnusable,
          `the ${name} gave ${OUTPUT}[${answer?.dims.join(', ') ?? ''}] for ${rows} rows, expected [${rows}, 2]: export a binary classifier with zipmap=False`,
        );
      const both = answer.data as Float32Array;
      return Float32Array.from({ length: rows }, (_, row) => both[2 * row + 1] ?? NaN);
    },
    release: () => session.release(),
  };
}

/**
 * Models on onnxruntime. One thread a session: its workers spin while they wait, which on shared cores makes a run up to
 * seventeen times slower than the arithmetic needs; two models side by side use two cores anyway.
 */
export const openScorer = (): Scorer => ({
  load: async (path, name, width) => {
    const session = await InferenceSession.create(path, {
      intraOpNumThreads: 1,
      interOpNumThreads: 1,
      logSeverityLevel: 3,
    }).catch((error: unknown) => {
      throw fail(
        FailureType.ModelUnusable,
        `the ${name} is not a model that onnxruntime can load: ${String(error)}; expected an ONNX file: check what the trainer writes to model/model.onnx`,
      );
    });
    try {
      check(session, name, width);
    } catch (error) {
      await session.release();
      throw error;
    }
    return loaded(session, name, width);
  },
});
