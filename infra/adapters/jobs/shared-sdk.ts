import { createHash, randomUUID } from 'node:crypto';
import { chmod, cp, mkdir, readFile, readdir, rename, rm } from 'node:fs/promises';
import { existsSync } from 'node:fs';
import { join } from 'node:path';

const PACKAGE = 'mainspring_trainer';

/** Digest of the package's source files, without the files that Python created beside them. */
async function digestOf(folder: string): Promise<string> {
  const names = (await readdir(folder)).filter((name) => name.endsWith('.py')).sort();
  const hash = createHash('sha256');
  for (const name of names) hash.update(`${name}\0`).update(await readFile(join(folder, name)));
  return hash.digest('hex').slice(0, 16);
}

/** Trainers of another user read the copy, whatever the engine's umask is. */
async function readableByAll(path: string): Promise<void> {
  await chmod(path, 0o755);
  for (const entry of await readdir(path, { withFileTypes: true })) {
    if (entry.isDirectory()) await readableByAll(join(path, entry.name));
    else await chmod(join(path, entry.name), 0o644);
  }
}

/**
 * Copy the trainer SDK into the jobs folder, because the machines of a cluster do not have this program installed.
 * The copy is named by its digest, so that a running job keeps the version that it started with.
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
  await readableByAll(draft);
  // Another worker may have made the copy first.
  await rename(draft, shared).catch(async (error: NodeJS.ErrnoException) => {
    await rm(draft, { recursive: true, force: true });
    if (!existsSync(shared)) throw error;
  });
  return shared;
}
