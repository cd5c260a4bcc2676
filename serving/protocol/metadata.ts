import { problemType } from '../../contracts/problems/index.js';
import { VERSION } from '../../contracts/version.js';
import type { Session } from '../sessions/session.js';
import { CONTENT_ENCODINGS } from './content-encoding.js';
import { Limits } from './limits.js';
import { NUMBER_DATATYPES } from './number-datatypes.js';
import { DATATYPE } from './typed-rows.js';

export const serverMetadata = {
  name: 'mainspring-gateway',
  version: VERSION,
  extensions: ['feedback', 'flush', 'binary_tensor_data'],
  parameters: {
    /** Accepted in header Content-Encoding of a request. Answers are never compressed. */
    content_encodings: CONTENT_ENCODINGS,
    input_datatypes: [...NUMBER_DATATYPES.keys(), 'BYTES'],
    body_bytes: Limits.bodyBytes,
    rows: Limits.rows,
  },
};

/** The answer of `GET /v2/models/:m`. Inputs and outputs are those of the first session. */
export function modelMetadata(name: string, sessions: readonly Session[]) {
  const [first] = sessions;
  return {
    name,
    versions: sessions.map(({ served }) => String(served.version)),
    platform: 'onnxruntime_onnx',
    inputs: first ? inputsOf(first) : [],
    outputs: first ? outputsOf(first) : [],
    parameters: {
      features: first?.layout.names ?? [],
      ...(first && !first.layout.plain
        ? { nullable: first.layout.inputs.filter(({ nullable }) => nullable).map((input) => input.name) }
        : {}),
      ...(first && first.problem.type !== 'binary-classification' ? { problem: first.problem } : {}),
    },
  };
}

/** One tensor of all features if all of them are plain numbers, else one tensor for each feature. */
const inputsOf = ({ layout: { plain, inputs } }: Session) =>
  plain
    ? [{ name: 'features', datatype: 'FP32', shape: [-1, inputs.length] }]
    : inputs.map(({ name, type }) => ({ name, datatype: DATATYPE[type], shape: [-1] }));

const outputsOf = ({ problem }: Session) =>
  problemType(problem)
    .answers(problem)
    .map(({ name, datatype, width }) => ({ name, datatype, shape: width === 0 ? [-1] : [-1, width] }));
