import { lstat, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { JobSite } from '../activities/ports/job-order.js';
import { ContractViolated } from './contract-violated.js';
import { homeOf, scratchOf } from './confinement-script.js';
import type { Layout } from './layout.js';

/** Size of a block in the figures of a file, whatever the file system. */
const BLOCK_BYTES = 512;
const MAX_FILES = 1_000_000;
const EVERY_MS = 2_000;

/** The trainer has written more than it may. What it wrote is removed. */
export class DiskLimitPassed extends ContractViolated {}

/** Remove what a trainer wrote. The log stays. */
export async function forgetFolder(site: Pick<JobSite, 'directory'>, layout: Layout): Promise<void> {
  for (const folder of [layout.base, layout.code, homeOf(site), scratchOf(site)])
    await rm(folder, { recursive: true, force: true });
}

/** Bytes on disk, and number of files, below folders; stops when one of the limits is passed. */
async function usageOf(
  paths: readonly string[],
  limits: { bytes: number; files: number },
): Promise<{ bytes: number; files: number }> {
  const used = { bytes: 0, files: 0 };
  const left = [...paths];
  for (let path = left.pop(); path !== undefined; path = left.pop()) {
    const info = await lstat(path).catch(() => undefined);
    if (!info) continue;
    used.files += 1;
    used.bytes += info.blocks * BLOCK_BYTES;
    if (used.bytes > limits.bytes || used.files > limits.files) return used;
    if (!info.isDirectory()) continue;
    const folder = path;
    for (const name of await readdir(folder).catch(() => [])) left.push(join(folder, name));
  }
  return used;
}

/**
 * Watches how much a trainer has written in its folder. Its inputs do not count.
 *
 * @param limit bytes on disk; undefined: no limit
 * @returns a function that returns a violation when the limit is passed
 */
export function watchDisk(
  site: Pick<JobSite, 'directory'>,
  layout: Layout,
  limit: number | undefined,
): () => Promise<DiskLimitPassed | undefined> {
  const paths = [
    ...[layout.code, layout.checkpoints, layout.model, layout.output],
    ...[homeOf(site), scratchOf(site), join(site.directory, 'log.txt')],
  ];
  let lookedAt = 0;
  return async () => {
    if (limit === undefined || Date.now() - lookedAt < EVERY_MS) return undefined;
    // What is beside these folders is the trainer's too, but for its inputs.
    const beside = (await readdir(layout.base).catch(() => []))
      .filter((name) => name !== 'input')
      .map((name) => join(layout.base, name));
    const { bytes, files } = await usageOf([...new Set([...paths, ...beside])], {
      bytes: limit,
      files: MAX_FILES,
    });
    lookedAt = Date.now();
    if (bytes <= limit && files <= MAX_FILES) return undefined;
    const what =
      bytes > limit
        ? `more than ${(limit / 2 ** 30).toLocaleString('en', { maximumFractionDigits: 3 })} GiB`
        : `more than ${MAX_FILES.toLocaleString('en')} files`;
    return new DiskLimitPassed(
      `the trainer wrote ${what} into its folder, which is its limit`,
      'Write less, remove old checkpoints, or raise MAINSPRING_JOB_DISK_GIB of the training workers.',
    );
  };
}
