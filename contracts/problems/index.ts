import type { Signature, SignatureInput } from '../signature.js';
import { binaryClassification } from './binary-classification.js';
import { multiclassClassification } from './multiclass-classification.js';
import type { Problem, ProblemName } from '../problem.js';
import type { ProblemNamed, ProblemSource, ProblemType } from './problem-type.js';
import { regression } from './regression.js';

export { BINARY, Problem, ProblemName } from '../problem.js';
export type {
  AnswerTensor,
  LoggedPrediction,
  PredictionShift,
  ProblemSource,
  ProblemType,
  RawOutput,
} from './problem-type.js';

/** Every problem type. A name of `ProblemName` without a module does not compile. */
export const problemTypes: { [Name in ProblemName]: ProblemType<ProblemNamed<Name>> } = {
  'binary-classification': binaryClassification,
  'multiclass-classification': multiclassClassification,
  regression,
};

/** The module of a problem's type. */
export const problemType = <P extends Problem>(problem: P): ProblemType<P> =>
  problemTypes[problem.type] as unknown as ProblemType<P>;

/**
 * The problem that a spec declares.
 *
 * @throws ApplicationFailure `InvalidInput` if the spec lacks a declaration that its problem type needs
 */
export const problemOf = (spec: ProblemSource & { charter: { problem: ProblemName } }): Problem =>
  problemTypes[spec.charter.problem].declared(spec);

/** The signature of a model with these inputs for a problem. */
export const signatureOf = (inputs: readonly SignatureInput[], problem: Problem): Signature => ({
  inputs: [...inputs],
  outputs: problemType(problem).exports(problem),
});
