// The gateway as it runs, request log and all; only the routes come from memory and the segments go to a folder.
import { copyFile, mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { createHash } from 'node:crypto';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ArtifactRef } from '../../contracts/artifacts.js';
import { BINARY } from '../../contracts/problems/index.js';
import { numericSignature } from '../../contracts/signature.js';
import { servingLimits } from '../../infra/adapters/onnx/model-processes.js';
import { quickModels } from '../../infra/adapters/onnx/quick-models.js';
import { openScorer } from '../../infra/adapters/onnx/scorer.js';
import { openGateway } from '../../serving/gateway.js';
import { MODEL, aRow, features, modelPath, report } from './served.js';

const directory = await mkdtemp(join(tmpdir(), 'mainspring-bench-gateway-'));
process.on('exit', () => void rm(directory, { recursive: true, force: true }));

async function ref(path: string): Promise<ArtifactRef> {
  const sha256 = createHash('sha256')
    .update(await readFile(path))
    .digest('hex');
  return {
    uri: `s3://bench/${sha256}`,
    sha256,
    bytes: (await stat(path)).size,
    mediaType: 'application/octet-stream',
  };
}

const rows = Array.from({ length: 5 }, (_, n) => aRow(n));
const shape = { signature: numericSignature(features), problem: BINARY };
const model = await openScorer().load(modelPath, 'model', shape);
const dense = Float32Array.from(rows.flat());
const scores = Array.from(await model.score({ rows: rows.length, dense }));
const goldenPath = join(directory, 'golden.json');
await writeFile(goldenPath, JSON.stringify({ features, rows, scores, tolerance: 1e-5 }));
const paths = new Map([
  [(await ref(modelPath)).sha256, modelPath],
  [(await ref(goldenPath)).sha256, goldenPath],
]);
const champion = { version: 1, model: await ref(modelPath), golden: await ref(goldenPath), features };

const gateway = await openGateway({
  gateway: 'bench',
  stateDir: directory,
  routes: {
    current: async () => [
      { model: MODEL, generation: 1, champion, candidate: null, candidateShare: 0, salt: 'bench' },
    ],
  },
  reports: { write: async () => {}, forget: async () => {} },
  labels: { save: async () => {} },
  segments: { register: async () => {} },
  artifacts: {
    fetch: async ({ sha256 }) => paths.get(sha256) ?? '',
    putFile: async (path) => {
      const stored = await ref(path);
      await copyFile(path, join(directory, stored.sha256));
      return stored;
    },
  },
  models: openScorer(quickModels(servingLimits)),
  log: { info: () => {}, warn: (details, message) => console.error(message, details) },
});
report(await gateway.listen({ host: '127.0.0.1', port: 0 }));
