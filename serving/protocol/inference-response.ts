import { binaryOf } from './binary-tensors.js';
import { type Problem, problemType } from '../../contracts/problems/index.js';
import type { RequestedOutputs } from './requested-outputs.js';

/** Predictions of all rows, with the version that made each. */
export interface Answer {
  problem: Problem;
  rows: number;
  /** Row-major. */
  predictions: Float32Array;
  /** One version for all rows, or a version for each row if a canary answered some of them. */
  versions: number | readonly number[];
}

/** JSON of a binary classifier's output. It is built by hand for speed, because nearly every request needs it. */
function probability(predictions: Float32Array): string {
  let data = '';
  for (let row = 0; row < predictions.length; row++)
    data += row === 0 ? predictions[row] : `,${predictions[row]}`;
  return `[{"name":"probability","shape":[${predictions.length}],"datatype":"FP32","data":[${data}]}]`;
}

/** The outputs of an answer in the model's order. */
const tensorsOf = ({ problem, rows, predictions }: Answer, asked: RequestedOutputs | undefined) =>
  problemType(problem)
    .answer(predictions, rows, problem)
    .filter(({ name }) => asked?.has(name) ?? true);

function outputsOf(answer: Answer, asked: RequestedOutputs | undefined): string {
  // Its only output is the one that is asked for.
  if (answer.problem.type === 'binary-classification') return probability(answer.predictions);
  return JSON.stringify(
    tensorsOf(answer, asked).map(({ name, shape, datatype, data }) => ({ name, shape, datatype, data })),
  );
}

function headOf(model: string, id: string, { versions }: Answer): string {
  const which =
    typeof versions === 'number'
      ? `"model_version":"${versions}"`
      : `"model_version":"${Math.min(...versions)}","parameters":{"model_versions":${JSON.stringify(versions.map(String))}}`;
  return `"model_name":"${model}",${which},"id":${JSON.stringify(id)}`;
}

/**
 * The body of an answer of the Open Inference Protocol V2.
 *
 * @param asked none of them as a binary tensor; undefined for all outputs
 */
export const inferenceResponse = (
  model: string,
  id: string,
  answer: Answer,
  asked?: RequestedOutputs,
): string => `{${headOf(model, id, answer)},"outputs":${outputsOf(answer, asked)}}`;

/**
 * The body of an answer with binary tensors: JSON, and after it the tensors of the outputs that are asked for so.
 *
 * @returns the bytes of the JSON in `jsonBytes`
 */
export function binaryResponse(
  model: string,
  id: string,
  answer: Answer,
  asked: RequestedOutputs,
): { body: Buffer; jsonBytes: number } {
  const parts: Buffer[] = [];
  const outputs = tensorsOf(answer, asked).map(({ name, shape, datatype, data }) => {
    if (!asked.get(name)) return { name, shape, datatype, data };
    const bytes = binaryOf(datatype, data);
    parts.push(bytes);
    return { name, shape, datatype, parameters: { binary_data_size: bytes.length } };
  });
  const json = Buffer.from(`{${headOf(model, id, answer)},"outputs":${JSON.stringify(outputs)}}`);
  return { body: Buffer.concat([json, ...parts]), jsonBytes: json.length };
}
