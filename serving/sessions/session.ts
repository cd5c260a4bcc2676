import { readFile } from 'node:fs/promises';
import { GoldenRequests } from '../../contracts/evaluation.js';
import { parseOrFail } from '../../contracts/failures.js';
import type { ServedVersion } from '../../contracts/release.js';
import type { Artifacts, ModelLoader } from '../ports.js';
import { type Score, microBatch } from './micro-batch.js';
import { warmUp } from './warm-up.js';

/** One version, loaded and warm. */
export interface Session {
  served: ServedVersion;
  score: Score;
  release(): Promise<void>;
}

/**
 * Fetch, load and warm up one version. Nothing else is touched: what serves goes on serving.
 *
 * @throws ApplicationFailure `ModelUnusable`, `WarmUpFailed`, `ArtifactMissing`, `ArtifactCorrupt`; any other error is worth
 *   another try
 */
export async function openSession(
  { artifacts, models }: { artifacts: Pick<Artifacts, 'fetch'>; models: ModelLoader },
  served: ServedVersion,
): Promise<Session> {
  const width = served.features.length;
  const [path, goldenPath] = await Promise.all([
    artifacts.fetch(served.model),
    artifacts.fetch(served.golden),
  ]);
  const golden = parseOrFail(GoldenRequests, JSON.parse(await readFile(goldenPath, 'utf8')));
  const model = await models.load(path, `version ${served.version}`, width);
  try {
    await warmUp(model, served, golden);
  } catch (error) {
    await model.release();
    throw error;
  }
  return { served, score: microBatch(model, width), release: () => model.release() };
}
