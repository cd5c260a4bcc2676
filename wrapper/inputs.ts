import { copyFile, link, mkdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { extract } from 'tar';
import type { ArtifactRef } from '../contracts/artifacts.js';
import type { ArtifactStore } from '../activities/ports/artifact-store.js';
import type { JobOrder } from '../activities/ports/job-order.js';
import type { Head } from '../activities/training/lease/head.js';
import { readCheckpoint } from '../activities/training/lease/result.js';
import type { Layout } from './layout.js';

type Store = Pick<ArtifactStore, 'fetch' | 'read'>;

/**
 * Place an object at a path. Links share the machine's read-only copy, so that fifty trials need the disk space of
 * one.
 */
async function provide(store: Store, ref: ArtifactRef, path: string, how: 'link' | 'copy'): Promise<void> {
  const cached = await store.fetch(ref);
  await mkdir(dirname(path), { recursive: true });
  if (how === 'copy') return copyFile(cached, path);
  // A cache on another file system cannot be hard-linked.
  await link(cached, path).catch(() => copyFile(cached, path));
}

export async function fetchInputs(store: Store, order: JobOrder, layout: Layout): Promise<void> {
  await mkdir(layout.code, { recursive: true });
  await Promise.all([
    store.fetch(order.code).then((file) => extract({ file, cwd: layout.code })),
    ...Object.entries(order.channels).map(([channel, ref]) =>
      provide(store, ref, join(layout.data, channel, `${channel}.parquet`), 'link'),
    ),
  ]);
}

/**
 * Fetch the newest checkpoint of the intent, from whichever attempt wrote it.
 *
 * @returns its folder
 */
export async function fetchCheckpoint(
  store: Store,
  checkpoint: Head['checkpoint'],
  layout: Layout,
): Promise<string | undefined> {
  if (!checkpoint) return undefined;
  const { files, step } = await readCheckpoint(store, checkpoint.manifest);
  const folder = join(layout.checkpoints, String(step));
  // Copies, because a trainer may write into the folder that it resumed from.
  await Promise.all(
    Object.entries(files).map(([name, ref]) => provide(store, ref, join(folder, name), 'copy')),
  );
  return folder;
}
