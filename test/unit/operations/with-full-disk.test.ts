import { expect, it } from 'vitest';
import { MainspringError } from '../../../operations/errors.js';
import type { Services } from '../../../operations/ports/services.js';
import { withFullDisk } from '../../../operations/with-full-disk.js';
import { canMount, withFullFolder } from '../../support/full-disk.js';

const servicesIn = (dataDir: string) => ({
  settings: { dataDir, jobsDir: '/nonexistent' } as Services['settings'],
});
const away = new MainspringError('unreachable', 'PostgreSQL cannot be used', 'Start it.');

it('leaves errors as they are where there is room, and errors of another kind everywhere', async () => {
  expect(await withFullDisk(away, servicesIn('/nonexistent'))).toBe(away);
  const refused = new MainspringError('refused', 'no', 'Do not.');
  expect(await withFullDisk(refused, servicesIn('/nonexistent'))).toBe(refused);
});

it.runIf(canMount)('names the full disk beside a server that is away', async ({ skip }) => {
  const found = await withFullFolder(async (folder) => ({
    folder,
    error: await withFullDisk(away, servicesIn(folder)),
  }));
  if (!found) return skip();
  expect(found.error).toMatchObject({
    kind: 'unreachable',
    message: 'PostgreSQL cannot be used',
    remedy: `The disk is full. Free space there: ${found.folder}: 0 MiB free. Start it.`,
  });
});
