import { binaryOf } from './binary-tensors.js';
import { type Problem, problemType } from '../../contracts/problems/index.js';

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

function outputsOf({ problem, rows, predictions }: Answer): string {
  if (problem.type === 'binary-classification') return probability(predictions);
  const tensors = problemType(problem).answer(predictions, rows, problem);
  return JSON.stringify(tensors.map(({ name, shape, datatype, data }) => ({ name, shape, datatype, data })));
}

function headOf(model: string, id: string, { versions }: Answer): string {
  const which =
    typeof versions === 'number'
      ? `"model_version":"${versions}"`
      : `"model_version":"${Math.min(...versions)}","parameters":{"model_versions":${JSON.stringify(versions.map(String))}}`;
  return `"model_name":"${model}",${which},"id":${JSON.stringify(id)}`;
}

/** The body of an answer of the Open Inference Protocol V2. */
export const inferenceResponse = (model: string, id: string, answer: Answer): string =>
  `{${headOf(model, id, answer)},"outputs":${outputsOf(answer)}}`;

/**
 * The body of an answer with binary tensors: JSON, and after it the tensors of the outputs that `isBinary` names.
 *
 * @returns the bytes of the JSON in `jsonBytes`
 */
export function binaryResponse(
  model: string,
  id: string,
  answer: Answer,
  isBinary: (output: string) => boolean,
): { body: Buffer; jsonBytes: number } {
  const { problem, rows, predictions } = answer;
  const parts: Buffer[] = [];
  const outputs = problemType(problem)
    .answer(predictions, rows, problem)
    .map(({ name, shape, datatype, data }) => {
      if (!isBinary(name)) return { name, shape, datatype, data };
      const bytes = binaryOf(datatype, data);
      parts.push(bytes);
      return { name, shape, datatype, parameters: { binary_data_size: bytes.length } };
    });
  const json = Buffer.from(`{${headOf(model, id, answer)},"outputs":${JSON.stringify(outputs)}}`);
  return { body: Buffer.concat([json, ...parts]), jsonBytes: json.length };
}
