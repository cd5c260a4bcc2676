// The gateway as it runs, request log and all; only the routes come from memory and the segments go to a folder.
import { createHash } from 'node:crypto';
import { copyFile, mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ArtifactRef } from '../../contracts/artifacts.js';
import { BINARY } from '../../contracts/problems/index.js';
import { numericSignature } from '../../contracts/signature.js';
import { servingLimits } from '../../infra/adapters/onnx/model-processes.js';
import { quickModels } from '../../infra/adapters/onnx/quick-models.js';
import { openScorer } from '../../infra/adapters/onnx/scorer.js';
import { openGateway } from '../../serving/gateway.js';
import { aRow, features } from './served.js';

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

/**
 * Serve models, each as the champion of its name.
 *
 * @param models path of the ONNX file by name
 * @returns the gateway's address
 */
export async function serve(models: Record<string, string>): Promise<string> {
  const directory = await mkdtemp(join(tmpdir(), 'mainspring-bench-gateway-'));
  process.on('exit', () => void rm(directory, { recursive: true, force: true }));
  const shape = { signature: numericSignature(features), problem: BINARY };
  const rows = Array.from({ length: 5 }, (_, n) => aRow(n));
  const paths = new Map<string, string>();

  async function championOf([name, path]: [string, string]) {
    const loaded = await openScorer().load(path, name, shape);
    const dense = Float32Array.from(rows.flat());
    const scores = Array.from(await loaded.score({ rows: rows.length, dense }));
    const goldenPath = join(directory, `golden-${name}.json`);
    await writeFile(goldenPath, JSON.stringify({ features, rows, scores, tolerance: 1e-5 }));
    const [model, golden] = [await ref(path), await ref(goldenPath)];
    paths.set(model.sha256, path).set(golden.sha256, goldenPath);
    return {
      model: name,
      generation: 1,
      champion: { version: 1, model, golden, features },
      candidate: null,
      candidateShare: 0,
      salt: 'bench',
    };
  }
  const routes = await Promise.all(Object.entries(models).map(championOf));

  const gateway = await openGateway({
    gateway: 'bench',
    stateDir: directory,
    routes: { current: () => Promise.resolve(routes) },
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
  return gateway.listen({ host: '127.0.0.1', port: 0 });
}
