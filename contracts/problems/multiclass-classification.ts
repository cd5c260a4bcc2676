import { FailureType, fail } from '../failures.js';
import { topClass } from '../metrics/arithmetic/top-class.js';
import { type MulticlassProblem, hasNumberedClass } from '../problem.js';
import type { ProblemType } from './problem-type.js';

const PROBABILITIES = 'probabilities';
/** Half-precision probabilities of many classes are off by less; sigmoids of one class each are off by more. */
const SUM_TOLERANCE = 0.01;

/** Classes that a message names. */
const SHOWN = 20;

const listed = (classes: readonly string[]): string =>
  classes.length <= SHOWN
    ? classes.join(', ')
    : `${classes.slice(0, SHOWN).join(', ')} and ${classes.length - SHOWN} more`;

/** Three or more classes. The prediction has one probability for each class, in the order of `data.label.classes`. */
export const multiclassClassification: ProblemType<MulticlassProblem> = {
  name: 'multiclass-classification',
  title: 'multiclass classification',
  declared: ({ data }) => {
    if (!data.label.classes)
      throw fail(
        FailureType.InvalidInput,
        'charter.problem is multiclass-classification and data.label.classes is missing',
        { remedy: 'List the classes in the order of the model’s outputs.' },
      );
    return { type: 'multiclass-classification', classes: data.label.classes };
  },
  labels: {
    expected: ({ classes }) =>
      hasNumberedClass({ classes })
        ? `one of the classes ${listed(classes)}`
        : `one of the classes ${listed(classes)}, or its index from 0 to ${classes.length - 1}`,
    isValid: (label, { classes }) => Number.isInteger(label) && label >= 0 && label < classes.length,
    parse: (label, { classes }) => {
      const isName = typeof label === 'string' || hasNumberedClass({ classes });
      const index = isName ? classes.indexOf(String(label)) : label;
      return Number.isInteger(index) && index >= 0 && index < classes.length ? index : undefined;
    },
    show: (label, { classes }) => classes[label] ?? String(label),
    values: ({ classes }) => classes.map((_, index) => index),
  },
  exports: ({ classes }) => [{ name: PROBABILITIES, type: 'float32', width: classes.length }],
  exportRemedy:
    'Export the classifier with zipmap=False, name the output so, and give it one column for each of data.label.classes.',
  width: ({ classes }) => classes.length,
  columns: ({ classes }) => classes,
  predictionOf: (outputs, rows, { classes }) =>
    Float32Array.from({ length: rows * classes.length }, (_, at) => outputs[PROBABILITIES]?.data[at] ?? NaN),
  possible: { isValid: (value) => value >= 0 && value <= 1, expected: 'a probability from 0 to 1' },
  possibleRow: {
    isValid: (row) => Math.abs(row.reduce((sum, value) => sum + value, 0) - 1) <= SUM_TOLERANCE,
    expected: `probabilities that sum to 1 (±${SUM_TOLERANCE})`,
  },
  goldenTolerance: () => 1e-5,
  baseRateName: 'share of the largest class',
  defaultMetrics: ['accuracy', 'log_loss', 'f1_macro', 'calibration_error'],
  defaultQuality: { metric: 'accuracy', dropsBy: 0.02 },
  answers: ({ classes }) => [
    { name: PROBABILITIES, datatype: 'FP32', width: classes.length },
    { name: 'class', datatype: 'BYTES', width: 0 },
  ],
  answer: (prediction, rows, { classes }) => [
    {
      name: PROBABILITIES,
      datatype: 'FP32',
      shape: [rows, classes.length],
      data: Array.from(prediction),
    },
    {
      name: 'class',
      datatype: 'BYTES',
      shape: [rows],
      data: Array.from(
        { length: rows },
        (_, row) => classes[topClass(prediction, row, classes.length)] ?? '',
      ),
    },
  ],
  // Total variation distance: half the sum of the differences over the classes.
  shift: {
    distance: (candidate, champion, at, width) => {
      let sum = 0;
      for (let column = at; column < at + width; column++)
        sum += Math.abs((candidate[column] ?? 0) - (champion[column] ?? 0));
      return sum / 2;
    },
    inDeviations: false,
  },
  logged: (row) => ({ score: row[topClass(row, 0, row.length)] ?? NaN, outputs: Array.from(row) }),
};
