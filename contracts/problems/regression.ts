import { LARGEST_FLOAT32 } from '../primitives/float32.js';
import type { RegressionProblem } from '../problem.js';
import type { ProblemType } from './problem-type.js';

const PREDICTION = 'prediction';
const QUANTILES = 'quantiles';

/** Two runtimes agree if they differ by at most this share of the largest prediction; float32 has 7 digits. */
const RELATIVE_TOLERANCE = 1e-5;
/** Smallest normal float32: runtimes may flush what is smaller to 0. */
const LEAST_TOLERANCE = 2 ** -126;

const widthOf = ({ quantiles = [] }: RegressionProblem): number => 1 + quantiles.length;

/** Predictions are 32-bit floats, so labels must fit them. */
const fits = (label: unknown): label is number =>
  typeof label === 'number' && Math.abs(label) <= LARGEST_FLOAT32;

/** Labels are finite numbers. The prediction comes first, then one column for each of `training.quantiles`. */
export const regression: ProblemType<RegressionProblem> = {
  name: 'regression',
  title: 'regression',
  declared: ({ training: { quantiles } }) => ({ type: 'regression', ...(quantiles ? { quantiles } : {}) }),
  labels: {
    expected: () => 'a finite number within ±3.4e38',
    isValid: fits,
    parse: (label) => (fits(label) ? label : undefined),
    show: String,
    values: () => undefined,
  },
  exports: ({ quantiles = [] }) => [
    { name: PREDICTION, type: 'float32', width: 1 },
    ...(quantiles.length > 0 ? [{ name: QUANTILES, type: 'float32' as const, width: quantiles.length }] : []),
  ],
  exportRemedy:
    'Export the regressor with an output named so, of [rows] or [rows, 1] (quantiles: one column each).',
  width: widthOf,
  columns: ({ quantiles = [] }) => [PREDICTION, ...quantiles.map((of) => `quantile ${of}`)],
  predictionOf: (outputs, rows, problem) => {
    const width = widthOf(problem);
    const prediction = new Float32Array(rows * width);
    for (let row = 0; row < rows; row += 1) {
      prediction[row * width] = outputs[PREDICTION]?.data[row] ?? NaN;
      for (let of = 1; of < width; of += 1)
        prediction[row * width + of] = outputs[QUANTILES]?.data[row * (width - 1) + of - 1] ?? NaN;
    }
    return prediction;
  },
  possible: { isValid: Number.isFinite, expected: 'a finite number' },
  goldenTolerance: (predictions) =>
    Math.max(
      LEAST_TOLERANCE,
      RELATIVE_TOLERANCE * predictions.reduce((most, value) => Math.max(most, Math.abs(value)), 0),
    ),
  baseRateName: 'mean label',
  defaultMetrics: ['mae', 'rmse', 'r2', 'mean_error'],
  // R² has no unit, so one threshold suits every label.
  defaultQuality: { metric: 'r2', dropsBy: 0.02 },
  answers: ({ quantiles = [] }) => [
    { name: PREDICTION, datatype: 'FP32', width: 0 },
    ...(quantiles.length > 0
      ? [{ name: QUANTILES, datatype: 'FP32' as const, width: quantiles.length }]
      : []),
  ],
  answer: (prediction, rows, problem) => {
    const width = widthOf(problem);
    const first = Array.from({ length: rows }, (_, row) => prediction[row * width] ?? NaN);
    const others = Array.from(prediction).filter((_, at) => at % width > 0);
    return [
      { name: PREDICTION, datatype: 'FP32', shape: [rows], data: first },
      ...(width > 1
        ? [{ name: QUANTILES, datatype: 'FP32' as const, shape: [rows, width - 1], data: others }]
        : []),
    ];
  },
  // In deviations, so that the unit of the label does not matter. Quantiles are not compared.
  shift: {
    distance: (candidate, champion, at) => Math.abs((candidate[at] ?? 0) - (champion[at] ?? 0)),
    inDeviations: true,
  },
  logged: (row) => ({
    score: row[0] ?? NaN,
    ...(row.length > 1 ? { outputs: Array.from(row) } : {}),
  }),
};
