import { createHash, randomUUID } from 'node:crypto';
import { cp, mkdir, readFile, readdir, rename, rm } from 'node:fs/promises';
import { existsSync } from 'node:fs';
import { join } from 'node:path';

const PACKAGE = 'mainspring_trainer';

/** Digest of the package's sources; what Python left beside them does not count. */
async function digestOf(folder: string): Promise<string> {
  const names = (await readdir(folder)).filter((name) => name.endsWith('.py')).sort();
  const hash = createHash('sha256');
  for (const name of names) hash.update(`${name}\0`).update(await readFile(join(folder, name)));
  return hash.digest('hex').slice(0, 16);
}

/**
 * Copy the trainer SDK to the jobs folder, where the machines that run jobs see it: this program is not installed on them.
 * Named by its digest, so a job that runs keeps the one that it was started with.
 *
 * @returns the folder for PYTHONPATH
 */
export async function shareSdk(sdk: string, jobsDir: string): Promise<string> {
  const shared = join(jobsDir, 'sdk', await digestOf(join(sdk, PACKAGE)));
  if (existsSync(shared)) return shared;
  const draft = `${shared}.${randomUUID()}`;
  await mkdir(draft, { recursive: true });
  await cp(join(sdk, PACKAGE), join(draft, PACKAGE), {
    recursive: true,
    filter: (path) => !path.includes('__pycache__'),
  });
  // Another worker may have been first.
  await rename(draft, shared).catch(async (error: NodeJS.ErrnoException) => {
    await rm(draft, { recursive: true, force: true });
    if (!existsSync(shared)) throw error;
  });
  return shared;
}
