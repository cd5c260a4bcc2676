// Plain JavaScript: the command line needs it before anything is compiled.
import { createHash, randomUUID } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, readdir, rename, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { root } from './code.js';

export const bundlesOfClone = join(root, 'node_modules', '.cache', 'mainspring');

const UNUSED_MS = 30 * 24 * 3_600_000;

export async function keepBundle(folder, files) {
  const hash = createHash('sha256');
  for (const name of Object.keys(files).sort()) hash.update(`\0${name}\0`).update(files[name]);
  return keepFiles(folder, hash.digest('hex').slice(0, 16), () => files);
}

export async function keepFiles(folder, name, make) {
  const path = join(folder, name);
  const now = new Date();
  if (existsSync(path)) {
    await utimes(path, now, now).catch(() => undefined);
    return path;
  }
  const files = await make();
  const draft = `${path}.${randomUUID()}`;
  await mkdir(draft, { recursive: true });
  for (const [file, code] of Object.entries(files)) await writeFile(join(draft, file), code);
  await rename(draft, path).catch(async (error) => {
    // Another process was faster, with the same files.
    await rm(draft, { recursive: true, force: true });
    if (!existsSync(path)) throw error;
  });
  await removeUnused(folder, now.getTime() - UNUSED_MS);
  return path;
}

/** Another process may remove the same files at the same moment. */
async function removeUnused(folder, before) {
  for (const name of await readdir(folder)) {
    const path = join(folder, name);
    const { mtimeMs } = await stat(path).catch(() => ({ mtimeMs: Infinity }));
    if (mtimeMs < before) await rm(path, { recursive: true, force: true });
  }
}
