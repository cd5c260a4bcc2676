import type { Scored } from '../../../../contracts/metrics/define-metric.js';
import type { Problem } from '../../../../contracts/problems/index.js';

/** The scored rows of both models, for the sections that depend on the problem type. */
export interface Compared<P extends Problem = Problem> {
  problem: P;
  own: Scored;
  /** Null when there is no champion. */
  other: Scored | null;
  /** HTML legend for the colours of the two models. */
  colours: string;
  /** Names of the units in order of time, and the unit of each row. */
  units: { values: readonly string[]; code: Int32Array };
  /** Name of one unit, e.g. `day`. */
  unit: string;
}

/** The parts of a report that depend on the problem type. */
export interface ProblemReport<P extends Problem> {
  /** Describes the labels of the test rows, for the sentence below the heading: `20.8 % of them positive`. */
  labels(compared: Compared<P>): string;
  /** Sections before the slices: they show on which rows the model is right and on which it is wrong. */
  overview(compared: Compared<P>): string[];
  /** Sections after the slices. */
  details(compared: Compared<P>): string[];
  /** Plots of the labelled rows of one monitoring window, which has one model only. */
  window(own: Scored, problem: P): string;
}
