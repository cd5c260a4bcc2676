import { copyFile, link, mkdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { extract } from 'tar';
import type { ArtifactRef } from '../../../contracts/artifacts.js';
import type { ArtifactStore } from '../../ports/artifact-store.js';
import type { JobOrder } from '../../ports/job-order.js';
import type { Head } from '../lease/head.js';
import { readCheckpoint } from '../lease/result.js';
import type { Layout } from './layout.js';

type Store = Pick<ArtifactStore, 'fetch' | 'read'>;

/** Inputs are the machine's read-only copies: linked, so that a gigabyte for fifty trials is one gigabyte. */
async function place(store: Store, ref: ArtifactRef, path: string, how: 'link' | 'copy'): Promise<void> {
  const cached = await store.fetch(ref);
  await mkdir(dirname(path), { recursive: true });
  if (how === 'copy') return copyFile(cached, path);
  // Another file system has no hard links to the cache.
  await link(cached, path).catch(() => copyFile(cached, path));
}

export async function fetchInputs(store: Store, order: JobOrder, layout: Layout): Promise<void> {
  await mkdir(layout.code, { recursive: true });
  await Promise.all([
    store.fetch(order.code).then((file) => extract({ file, cwd: layout.code })),
    ...Object.entries(order.channels).map(([channel, ref]) =>
      place(store, ref, join(layout.data, channel, `${channel}.parquet`), 'link'),
    ),
  ]);
}

/** The newest checkpoint of the intent, whichever attempt wrote it. @returns its folder */
export async function fetchCheckpoint(
  store: Store,
  checkpoint: Head['checkpoint'],
  layout: Layout,
): Promise<string | undefined> {
  if (!checkpoint) return undefined;
  const { files, step } = await readCheckpoint(store, checkpoint.manifest);
  const folder = join(layout.checkpoints, String(step));
  // Copies: a trainer may go on writing where it resumed from.
  await Promise.all(
    Object.entries(files).map(([name, ref]) => place(store, ref, join(folder, name), 'copy')),
  );
  return folder;
}
