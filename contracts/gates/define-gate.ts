import { z } from 'zod';
import { text } from '../primitives/text.js';
import type { Evidence } from '../evidence.js';
import type { MetricName } from '../metrics/index.js';
import { BINARY, type Problem, type ProblemName } from '../problem.js';
import type { Threshold } from '../metrics/threshold.js';
import { MetricName as MetricSchema } from '../metrics/metric-name.js';

/** The finding of a gate on the evidence. */
export interface Judgement {
  met: boolean;
  /** One sentence with the figures. */
  reason: string;
}

/** The input of a gate: the evidence, and the settings that it depends on. */
export interface Exhibit {
  evidence: Evidence;
  problem: Problem;
  /** Slices with fewer rows are ignored. */
  minSliceRows: number;
  /**
   * Whether a slice fails that lacks the candidate's figure only. Asked when there is one; false for a lifecycle that was
   * judged before such slices failed. Default: true.
   */
  failsWithoutFigure?: () => boolean;
}

/** Figures that the evaluation must compute for a gate. */
export interface GateNeeds {
  metrics?: MetricName[];
  /** Confidence levels of paired intervals, two-sided, 0–1. */
  confidences?: number[];
  /** True if the gate judges slices; a spec without slices is then refused. Default: false. */
  slices?: boolean;
}

/**
 * One kind of gate. Its form in the model file has a field with the name of the kind, by which the engine tells the kinds
 * apart.
 */
export interface Gate<Form extends z.ZodType = z.ZodType> {
  name: string;
  /** Subject of the gate in one sentence. */
  summary: string;
  /** The condition in words. */
  rule: string;
  /** Schema of one gate of this kind in the model file. */
  form: Form;
  /** Problem types that the gate applies to. Default: all. */
  problems?: readonly ProblemName[];
  /**
   * True if it compares the candidate with the champion. Its figures are then shown even if it passes. Default:
   * false.
   */
  compares?: boolean;
  needs: (gate: z.output<Form>) => GateNeeds;
  /** The number that is compared with a metric. Its field is named as the kind. Default: there is none. */
  threshold?: (gate: z.output<Form>) => Threshold;
  judge: (gate: z.output<Form>, exhibit: Exhibit) => Judgement;
}

/** Declares a kind of gate. `npm run generate` finds modules by this call and lists them in `index.ts`. */
export const defineGate = <Form extends z.ZodType>(gate: Gate<Form>): Gate<Form> => gate;

const onFail = z
  .enum(['refuse', 'ask'])
  .default('refuse')
  .describe(
    'Consequence of a failure: `refuse` ends the lifecycle, `ask` hands the decision to the approvers.',
  );
const name = text(200).describe('Name of the gate; approvers see it.');

/** Field of gates that judge a metric. */
export const metric = MetricSchema.describe('Metric that the gate judges.');

/** Form of a gate in the model file: its own fields between `name` and `onFail`, which all gates have. */
export const gateForm = <Shape extends z.ZodRawShape>(shape: Shape) =>
  z.strictObject({ name, ...shape, onFail });

/** The judgement if a figure is missing. It never passes. */
export const missing = (
  what: string,
  remedy = 'look for the reason in the evaluation report and evaluate again',
): Judgement => ({
  met: false,
  reason: `the evidence has no ${what}, and what is not measured does not pass: ${remedy}`,
});

/** The problem of the evidence. Evidence without one is about binary classification. */
export const problemOfEvidence = ({ problem = BINARY }: Evidence): Problem => problem;
