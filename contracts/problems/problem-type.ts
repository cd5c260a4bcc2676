import type { MetricName } from '../metrics/index.js';
import type { SignatureOutput } from '../signature.js';
import type { Problem, ProblemName } from '../problem.js';

/** The values of one output tensor of an ONNX model, row-major. */
export interface RawOutput {
  data: ArrayLike<number>;
  dims: readonly number[];
}

/** One output tensor of the gateway's answer (Open Inference Protocol V2). */
export interface AnswerTensor {
  name: string;
  datatype: 'FP32' | 'BYTES';
  shape: number[];
  data: (number | string)[];
}

/** The part of one prediction that the request log stores. */
export interface LoggedPrediction {
  /** The single number that monitoring compares between windows. */
  score: number;
  /** The whole prediction. Absent if it is the score alone. */
  outputs?: number[];
}

/** How the guardrail `scoreShift` compares a candidate with the champion. Predictions are row-major. */
export interface PredictionShift {
  /** How far two predictions of one row lie apart, from the first number of the row on. */
  distance: (candidate: Float32Array, champion: Float32Array, at: number, width: number) => number;
  /** True when the mean distance is told in standard deviations of the champion's predictions. */
  inDeviations: boolean;
}

/** The parts of a spec that describe the problem. */
export interface ProblemSource {
  data: { label: { classes?: string[] | undefined } };
  training: { quantiles?: number[] | undefined };
}

/**
 * Everything that the engine knows about one problem type. A prediction is a row-major `Float32Array` with `width`
 * columns.
 *
 * @typeParam P the problem with its declarations from the spec (classes, quantiles)
 */
export interface ProblemType<P extends { type: string }> {
  name: P['type'];
  /** Name in sentences: `binary classification`. */
  title: string;
  /**
   * The problem that a spec of this type declares.
   *
   * @throws ApplicationFailure `InvalidInput` if the spec lacks a declaration that the type needs
   */
  declared: (spec: ProblemSource) => P;
  /** The values of column `label` in the split tables. */
  labels: {
    /** The allowed labels in messages: `0 or 1`. */
    expected: (problem: P) => string;
    isValid: (label: number, problem: P) => boolean;
    /** The number of a label that came from feedback or from a source column; undefined if it is not allowed. */
    parse: (label: number | string, problem: P) => number | undefined;
    /** The text of a label for people. */
    show: (label: number, problem: P) => string;
    /** All possible labels of a classification; undefined for a regression. */
    values: (problem: P) => number[] | undefined;
  };
  /** The output tensors that the trainer's ONNX model must have; other outputs are ignored. */
  exports: (problem: P) => SignatureOutput[];
  /** Instruction for exporting these tensors, for error messages. */
  exportRemedy: string;
  /** Number of columns of a prediction. */
  width: (problem: P) => number;
  /** Names of these columns, for tables. */
  columns: (problem: P) => string[];
  /** The prediction, from the tensors that `exports` names. Their shapes were checked before. */
  predictionOf: (outputs: Readonly<Record<string, RawOutput>>, rows: number, problem: P) => Float32Array;
  /** Test of one number of a prediction, and the allowed values in words. */
  possible: { isValid: (value: number) => boolean; expected: string };
  /** Which rows of possible numbers make one prediction, asked of a candidate only. Absent: all do. */
  possibleRow?: { isValid: (row: Float32Array) => boolean; expected: string };
  /** Largest absolute difference between two runtimes that counts as equal, given the predictions of the golden rows. */
  goldenTolerance: (predictions: Float32Array) => number;
  /** Name of the mean label of the train rows in notes: `base rate`. See `SplitResult.baseRate`. */
  baseRateName: string;
  /** Metrics that are computed if `evaluation.metrics` is absent. */
  defaultMetrics: readonly MetricName[];
  /** Metric that is watched if `monitoring.quality` is absent. */
  defaultQuality: { metric: MetricName; dropsBy: number };
  /** Outputs of the gateway's answer. Width 0 means one value for each row, without a second dimension. */
  answers: (problem: P) => { name: string; datatype: 'FP32' | 'BYTES'; width: number }[];
  answer: (prediction: Float32Array, rows: number, problem: P) => AnswerTensor[];
  shift: PredictionShift;
  /** @param row the prediction of one row */
  logged: (row: Float32Array, problem: P) => LoggedPrediction;
}

/** The problem with the given name. */
export type ProblemNamed<Name extends ProblemName> = Extract<Problem, { type: Name }>;
