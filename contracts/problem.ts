import { z } from 'zod';

/** The kinds of learning problem that `charter.problem` may name. */
export const ProblemName = z.enum(['binary-classification', 'multiclass-classification', 'regression']);
export type ProblemName = z.infer<typeof ProblemName>;

export const BinaryProblem = z.object({ type: z.literal('binary-classification') });
export type BinaryProblem = z.infer<typeof BinaryProblem>;

export const MulticlassProblem = z.object({
  type: z.literal('multiclass-classification'),
  /** In the order of the model's outputs; a label is an index into this list. */
  classes: z.array(z.string().min(1)).min(3),
});
export type MulticlassProblem = z.infer<typeof MulticlassProblem>;

/**
 * True when a class is called by a whole number, such as a grade: a number then names a class. Otherwise a number is the
 * index of a class.
 */
export const hasNumberedClass = ({ classes }: Pick<MulticlassProblem, 'classes'>): boolean =>
  classes.some((name) => /^-?\d+$/.test(name));

export const RegressionProblem = z.object({
  type: z.literal('regression'),
  /** Probabilities of the quantiles that the model also predicts, ascending. Default: none. */
  quantiles: z.array(z.number().gt(0).lt(1)).min(1).optional(),
});
export type RegressionProblem = z.infer<typeof RegressionProblem>;

/**
 * A problem type with its declarations from the spec. Messages carry it; a message without one means binary
 * classification.
 */
export const Problem = z.discriminatedUnion('type', [BinaryProblem, MulticlassProblem, RegressionProblem]);
export type Problem = z.infer<typeof Problem>;

/** The problem of messages and versions that name none. */
export const BINARY: BinaryProblem = { type: 'binary-classification' };
