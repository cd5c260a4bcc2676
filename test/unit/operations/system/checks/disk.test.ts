import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import type { Services } from '../../../../../operations/ports/services.js';
import { fullDisksOf, roomOf, shortOfRoom } from '../../../../../operations/system/checks/disk.js';

/** True if this machine lets us make a file system of our own. */
function mount(folder: string): boolean {
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=1m', 'tmpfs', folder], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}

it('says nothing about a folder that is not there', async () => {
  expect(await roomOf('/nonexistent')).toBeUndefined();
  expect(await shortOfRoom(['/nonexistent'])).toEqual({ full: [], low: [], rooms: [] });
});

it.runIf(process.getuid?.() === 0)('names a folder whose disk is full', async ({ skip }) => {
  const folder = mkdtempSync(join(tmpdir(), 'mainspring-disk-'));
  const isMounted = mount(folder);
  try {
    if (!isMounted) skip();
    writeFileSync(join(folder, 'filling'), Buffer.alloc(2 ** 20 - 8_192));
    const { full } = await shortOfRoom([folder]);
    expect(full).toHaveLength(1);
    expect(full[0]).toContain(`${folder}: 0 MiB free`);
    const settings = { dataDir: folder, jobsDir: '/nonexistent' } as Services['settings'];
    expect(await fullDisksOf({ settings })).toEqual(full);
  } finally {
    if (isMounted) execFileSync('umount', [folder]);
    rmSync(folder, { recursive: true });
  }
});
