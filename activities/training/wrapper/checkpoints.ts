import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { MediaType } from '../../../contracts/media-type.js';
import type { ArtifactStore } from '../../ports/artifact-store.js';
import type { JobOrder } from '../../ports/job-order.js';
import type { ObjectStore } from '../../ports/object-store.js';
import { advanceCheckpoint } from '../lease/head.js';
import type { CheckpointManifest } from '../lease/result.js';
import type { Layout } from './layout.js';
import { uploadFolder } from './upload-folder.js';

/** The highest step whose manifest is written: a checkpoint without one is not complete. */
export async function newestComplete(folder: string): Promise<number | undefined> {
  const names = await readdir(folder).catch(() => []);
  const steps = names.filter((name) => /^\d+$/.test(name)).map(Number);
  for (const step of steps.sort((a, b) => b - a)) {
    if (await stat(join(folder, String(step), 'manifest.json')).catch(() => undefined)) return step;
  }
  return undefined;
}

/**
 * Uploads the newest complete checkpoint and lets it count. Those that the trainer overtook meanwhile are skipped.
 *
 * @param resumed the step that this attempt began from
 */
export function checkpointUploader(
  stores: { artifacts: Pick<ArtifactStore, 'put' | 'putFile'>; objects: ObjectStore },
  order: JobOrder,
  layout: Layout,
  resumed: number,
) {
  let uploaded = resumed;
  /** False: this attempt may not write any more. */
  return async function upload(): Promise<boolean> {
    const step = await newestComplete(layout.checkpoints);
    if (step === undefined || step <= uploaded) return true;
    const files = await uploadFolder(stores.artifacts, join(layout.checkpoints, String(step)));
    const { jobKey, attempt } = order;
    const manifest: CheckpointManifest = { jobKey, attempt, at: new Date().toISOString(), step, files };
    const ref = await stores.artifacts.put(JSON.stringify(manifest), MediaType.json);
    const counts = await advanceCheckpoint(stores.objects, order.intent, { step, attempt, manifest: ref });
    if (counts) uploaded = step;
    return counts;
  };
}
