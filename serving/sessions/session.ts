import { readFile } from 'node:fs/promises';
import { GoldenRequests } from '../../contracts/evaluation.js';
import { parseOrFail } from '../../contracts/failures.js';
import { BINARY, type Problem, problemType } from '../../contracts/problems/index.js';
import type { ServedVersion } from '../../contracts/release.js';
import { numericSignature } from '../../contracts/signature.js';
import { type Layout, layoutOf } from '../features/layout.js';
import type { Artifacts, ModelLoader } from '../ports.js';
import { type Score, microBatch } from './micro-batch.js';
import { warmUp } from './warm-up.js';

/** One version, loaded and warmed up. */
export interface Session {
  served: ServedVersion;
  problem: Problem;
  /** Number of columns of a prediction. */
  width: number;
  layout: Layout;
  score: Score;
  release(): Promise<void>;
}

/**
 * Fetch, load and warm up one version. The versions that serve are not affected.
 *
 * @throws Failure `ModelUnusable`, `WarmUpFailed`, `ArtifactMissing`, `ArtifactCorrupt`; after any other error the
 * caller may try again
 */
export async function openSession(
  { artifacts, models }: { artifacts: Pick<Artifacts, 'fetch'>; models: ModelLoader },
  served: ServedVersion,
): Promise<Session> {
  const signature = served.signature ?? numericSignature(served.features);
  const problem = served.problem ?? BINARY;
  const { width: widthOf, possible } = problemType(problem);
  const width = widthOf(problem);
  const [path, goldenPath] = await Promise.all([
    artifacts.fetch(served.model),
    artifacts.fetch(served.golden),
  ]);
  const golden = parseOrFail(GoldenRequests, JSON.parse(await readFile(goldenPath, 'utf8')));
  const model = await models.load(path, `version ${served.version}`, { signature, problem });
  const layout = layoutOf(signature.inputs, model.takes === 'matrix');
  try {
    await warmUp(model, { version: served.version, layout, width }, golden);
  } catch (error) {
    await model.release();
    throw error;
  }
  const score = microBatch(model, { width, possible });
  return { served, problem, width, layout, score, release: () => model.release() };
}
