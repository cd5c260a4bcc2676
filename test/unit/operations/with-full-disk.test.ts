import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { MainspringError } from '../../../operations/errors.js';
import type { Services } from '../../../operations/ports/services.js';
import { withFullDisk } from '../../../operations/with-full-disk.js';

const servicesIn = (dataDir: string) => ({
  settings: { dataDir, jobsDir: '/nonexistent' } as Services['settings'],
});
const away = new MainspringError('unreachable', 'PostgreSQL cannot be used', 'Start it.');

it('leaves errors as they are where there is room, and errors of another kind everywhere', async () => {
  expect(await withFullDisk(away, servicesIn('/nonexistent'))).toBe(away);
  const refused = new MainspringError('refused', 'no', 'Do not.');
  expect(await withFullDisk(refused, servicesIn('/nonexistent'))).toBe(refused);
});

it.runIf(process.getuid?.() === 0)('names the full disk beside a server that is away', async ({ skip }) => {
  const folder = mkdtempSync(join(tmpdir(), 'mainspring-disk-'));
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=1m', 'tmpfs', folder], { stdio: 'ignore' });
  } catch {
    rmSync(folder, { recursive: true });
    return skip();
  }
  try {
    writeFileSync(join(folder, 'filling'), Buffer.alloc(2 ** 20 - 8_192));
    expect(await withFullDisk(away, servicesIn(folder))).toMatchObject({
      kind: 'unreachable',
      message: 'PostgreSQL cannot be used',
      remedy: expect.stringMatching(
        `The disk is full. Free space there: ${folder}: 0 MiB free. Start it.`,
      ) as string,
    });
  } finally {
    execFileSync('umount', [folder]);
    rmSync(folder, { recursive: true });
  }
});
