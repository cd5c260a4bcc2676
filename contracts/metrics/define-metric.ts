import type { Problem, ProblemName } from '../problem.js';

/** Labels of rows with the predictions of one model. */
export interface Scored {
  problem: Problem;
  /** One label for each row: 0/1, the index of a class, or a number. */
  label: ArrayLike<number>;
  /** Row-major, with `width` columns. */
  prediction: Float32Array;
  /** Number of columns of `prediction`: 1, the number of classes, or 1 + the number of quantiles. */
  width: number;
}

/**
 * Direction in which a metric improves. A metric with a target is best at the target: 0 for a mean error, the nominal
 * coverage for an interval.
 */
export type Direction = 'higher' | 'lower' | { target: (problem: Problem) => number };

/** The state of a metric for every unit. From it the metric can be computed exactly for any weights of the units. */
export interface UnitState {
  /**
   * The metric over rows in which unit u occurs `weights[u]` times.
   *
   * @returns NaN if it is undefined for these rows, such as ROC AUC of a single class
   */
  at: (weights: ArrayLike<number>) => number;
}

export interface Metric<Name extends string = string> {
  name: Name;
  /** Name in sentences and tables: `ROC AUC`. */
  label: string;
  /** Meaning of the metric, for approvers who do not build models. */
  summary: string;
  /** The formula in words. */
  rule: string;
  direction: Direction;
  /** Formats a value for every display. */
  format: (value: number) => string;
  /** The values that it can have, both included. Default: any number. */
  range?: { least?: number; most?: number };
  /** Problem types that it applies to. */
  problems: readonly ProblemName[];
  /**
   * Tests whether the problem declares what the metric needs.
   *
   * @returns undefined if it does, else the missing declaration with the remedy
   */
  lacks?: (problem: Problem) => string | undefined;
  /**
   * Sum the rows up by unit. A resample of units then costs sums over units instead of sums over rows.
   *
   * @param unit index of each row's unit, from 0 to units − 1
   */
  accumulate: (rows: Scored, unit: ArrayLike<number>, units: number) => UnitState;
}

/** Declares a metric. `npm run generate` finds modules by this call and lists them in `index.ts`. */
export const defineMetric = <const Name extends string>(metric: Metric<Name>): Metric<Name> => metric;

/** Four decimals, because promotions are decided by differences in the third. */
export const fourDecimals = (value: number): string => value.toFixed(4);

/** Five significant digits and no needless zeros, for figures in the label's unit: 0.012346, 12.346, 12346. */
export const significant = (value: number): string => Number(value.toPrecision(5)).toString();
