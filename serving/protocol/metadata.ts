import type { ServedVersion } from '../../contracts/release.js';

export const serverMetadata = {
  name: 'mainspring-gateway',
  version: '0.1.0',
  extensions: ['feedback', 'flush'],
};

/** What OIP's `GET /v2/models/:m` tells of a model. */
export const modelMetadata = (name: string, versions: readonly ServedVersion[]) => ({
  name,
  versions: versions.map(({ version }) => String(version)),
  platform: 'onnxruntime_onnx',
  inputs: [{ name: 'features', datatype: 'FP32', shape: [-1, versions[0]?.features.length ?? -1] }],
  outputs: [{ name: 'probability', datatype: 'FP32', shape: [-1] }],
  parameters: { features: versions[0]?.features ?? [] },
});
