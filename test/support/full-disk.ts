import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** True where a test may mount a file system of its own. */
export const canMount = process.getuid?.() === 0;

/**
 * Run with a folder whose file system of 1 MiB has two blocks left.
 *
 * @returns undefined on a machine that refuses the mount
 */
export async function withFullFolder<T>(work: (folder: string) => Promise<T>): Promise<T | undefined> {
  const folder = mkdtempSync(join(tmpdir(), 'mainspring-disk-'));
  try {
    try {
      execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=1m', 'tmpfs', folder], { stdio: 'ignore' });
    } catch {
      return undefined;
    }
    try {
      writeFileSync(join(folder, 'filling'), Buffer.alloc(2 ** 20 - 8_192));
      return await work(folder);
    } finally {
      execFileSync('umount', [folder]);
    }
  } finally {
    rmSync(folder, { recursive: true });
  }
}
