import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { MediaType } from '../contracts/media-type.js';
import type { ArtifactStore } from '../activities/ports/artifact-store.js';
import type { JobOrder } from '../activities/ports/job-order.js';
import type { ObjectStore } from '../activities/ports/object-store.js';
import { NotPlain } from './plain-file.js';
import { advanceCheckpoint } from '../activities/training/lease/head.js';
import type { CheckpointManifest } from '../activities/training/lease/result.js';
import type { Layout } from './layout.js';
import { TooMuch, uploadFolder } from './upload-folder.js';

/** The highest step with a manifest. A checkpoint without a manifest is incomplete. */
export async function newestComplete(folder: string): Promise<number | undefined> {
  const names = await readdir(folder).catch(() => []);
  const steps = names.filter((name) => /^\d+$/.test(name)).map(Number);
  for (const step of steps.sort((a, b) => b - a)) {
    if (await stat(join(folder, String(step), 'manifest.json')).catch(() => undefined)) return step;
  }
  return undefined;
}

/**
 * Uploads the newest complete checkpoint and makes it valid. Older checkpoints that were not uploaded yet are
 * skipped.
 *
 * A checkpoint with a link or a device in it, or with too many files, is left out: it could not be given back whole.
 *
 * @param resumed the step that this attempt began from
 */
export function checkpointUploader(
  stores: { artifacts: Pick<ArtifactStore, 'put' | 'putFile'>; objects: ObjectStore },
  order: JobOrder,
  layout: Layout,
  resumed: number,
  say: (line: string) => void = () => undefined,
) {
  let uploaded = resumed;
  /** False: this attempt may no longer write. */
  return async function upload(): Promise<boolean> {
    const step = await newestComplete(layout.checkpoints);
    if (step === undefined || step <= uploaded) return true;
    const files = await uploadFolder(stores.artifacts, join(layout.checkpoints, String(step))).catch(
      (error: unknown) => {
        if (error instanceof NotPlain || error instanceof TooMuch) return error;
        throw error;
      },
    );
    if (files instanceof Error) {
      say(`checkpoint ${step} does not count: ${files.message}`);
      uploaded = step;
      return true;
    }
    const { jobKey, attempt } = order;
    const manifest: CheckpointManifest = { jobKey, attempt, at: new Date().toISOString(), step, files };
    const ref = await stores.artifacts.put(JSON.stringify(manifest), MediaType.json);
    const counts = await advanceCheckpoint(stores.objects, order, { step, attempt, manifest: ref });
    if (counts) uploaded = step;
    return counts;
  };
}
