import { BINARY, type BinaryProblem } from '../problem.js';
import type { ProblemType } from './problem-type.js';

const PROBABILITIES = 'probabilities';

/** Labels 0 and 1; the prediction is the probability of label 1. */
export const binaryClassification: ProblemType<BinaryProblem> = {
  name: 'binary-classification',
  title: 'binary classification',
  declared: () => BINARY,
  labels: {
    expected: () => '0 or 1',
    isValid: (label) => label === 0 || label === 1,
    parse: (label) => (label === 0 || label === 1 ? label : undefined),
    show: String,
    values: () => [0, 1],
  },
  exports: () => [{ name: PROBABILITIES, type: 'float32', width: 2 }],
  exportRemedy: 'Export the classifier with zipmap=False, and name the output so.',
  width: () => 1,
  columns: () => ['probability'],
  predictionOf: (outputs, rows) => {
    const both = outputs[PROBABILITIES]?.data ?? [];
    return Float32Array.from({ length: rows }, (_, row) => both[2 * row + 1] ?? NaN);
  },
  possible: { isValid: (value) => value >= 0 && value <= 1, expected: 'a probability from 0 to 1' },
  // Two runtimes differ by 5e-7 at most, two models by far more.
  goldenTolerance: () => 1e-5,
  baseRateName: 'base rate',
  defaultMetrics: ['roc_auc', 'log_loss', 'calibration_error'],
  defaultQuality: { metric: 'roc_auc', dropsBy: 0.02 },
  answers: () => [{ name: 'probability', datatype: 'FP32', width: 0 }],
  answer: (prediction, rows) => [
    { name: 'probability', datatype: 'FP32', shape: [rows], data: Array.from(prediction) },
  ],
  // Mean difference of the probabilities.
  shift: {
    distance: (candidate, champion, at) => Math.abs((candidate[at] ?? 0) - (champion[at] ?? 0)),
    inDeviations: false,
  },
  logged: (row) => ({ score: row[0] ?? NaN }),
};
