// The other side of the comparison: the simplest server with Fastify and onnxruntime-node, with one model run per
// request and without checks or a log.
import type { AddressInfo } from 'node:net';
import Fastify from 'fastify';
import { InferenceSession, Tensor } from 'onnxruntime-node';
import { MODEL, features, modelPath, report } from './served.js';

interface Body {
  id?: string;
  inputs: { data: number[] }[];
}

const session = await InferenceSession.create(modelPath, {
  intraOpNumThreads: 1,
  interOpNumThreads: 1,
  logSeverityLevel: 3,
});
const server = Fastify();
server.post<{ Body: Body }>('/v2/models/tiny/infer', async ({ body }) => {
  const data = Float32Array.from(body.inputs[0]?.data ?? []);
  const rows = data.length / features.length;
  const input = new Tensor('float32', data, [rows, features.length]);
  const { probabilities } = await session.run({ features: input }, ['probabilities']);
  const both = probabilities?.data as Float32Array;
  return {
    model_name: MODEL,
    model_version: '1',
    id: body.id,
    outputs: [
      {
        name: 'probability',
        shape: [rows],
        datatype: 'FP32',
        data: Array.from({ length: rows }, (_, row) => both[2 * row + 1]),
      },
    ],
  };
});
await server.listen({ host: '127.0.0.1', port: 0 });
report(`http://127.0.0.1:${(server.server.address() as AddressInfo).port}`);
