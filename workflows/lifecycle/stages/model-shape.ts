import type { DataPipelineResult } from '../../../contracts/data.js';
import { type Problem, problemOf, signatureOf } from '../../../contracts/problems/index.js';
import { type Signature, isAllFloats } from '../../../contracts/signature.js';
import type { ModelSpec } from '../../../contracts/spec/model-spec.js';

/**
 * Problem and signature of the model that a lifecycle makes. Both are absent where they say nothing new: a worker of an
 * earlier version refuses fields that it does not know. So a binary classifier whose features are all floats takes them as
 * float32, as every model did before signatures were recorded.
 */
export function modelShape(
  spec: ModelSpec,
  { split: { inputs } }: DataPipelineResult,
): { problem?: Problem; signature?: Signature } {
  const problem = problemOf(spec);
  const isBinary = problem.type === 'binary-classification';
  return {
    ...(isBinary ? {} : { problem }),
    ...(inputs && !(isBinary && isAllFloats(inputs)) ? { signature: signatureOf(inputs, problem) } : {}),
  };
}
