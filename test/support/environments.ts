import { chmodSync, mkdtempSync } from 'node:fs';
import { rm, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { tether } from './tether.js';

/** Names the folder in which the Python environments of this test run are. */
const FOLDER = 'MAINSPRING_TEST_ENVIRONMENTS';

/** Tests of one run share Python environments: to build one takes longer than most tests. */
export default function setup(): () => Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'mainspring-environments-'));
  // Trainers of another user enter it.
  chmodSync(folder, 0o711);
  const gone = tether(folder);
  process.env[FOLDER] = folder;
  return async () => {
    await rm(folder, { recursive: true, force: true });
    gone.release();
  };
}

/** Let a data directory use the environments of this test run. Outside a test run it makes its own. */
export async function shareEnvironments(dataDir: string): Promise<void> {
  const folder = process.env[FOLDER];
  if (folder !== undefined) await symlink(folder, join(dataDir, 'environments'));
}
