import { chmodSync, lstatSync, mkdirSync, readdirSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** Folders that trainers enter, which run as users of their own if the engine is root. */
const OPEN_TO_TRAINERS = ['jobs', 'environments', 'sdk'];
/** Programs that a clone keeps here; no secrets. */
const PUBLIC = new Set(['tools']);

const isRoot = (): boolean => process.getuid?.() === 0;

/** Takes rights from a file or folder, and never gives one. */
function restrict(path: string, allowed: number): void {
  const { mode } = lstatSync(path);
  if ((mode & 0o777 & ~allowed) !== 0) chmodSync(path, mode & allowed);
}

/** Writes a file that only its owner can read, completely or not at all. */
export function writePrivate(file: string, content: string): void {
  const partial = `${file}.${process.pid}.partial`;
  writeFileSync(partial, content, { mode: 0o600 });
  chmodSync(partial, 0o600);
  renameSync(partial, file);
}

/**
 * Makes the data directory private, also one of an earlier version: others may neither list nor read anything in it. If the
 * engine is root, others may enter the folders of jobs, because each trainer then has a user of its own, and PostgreSQL too.
 */
export function makePrivate(dataDir: string): void {
  const passable = isRoot() ? 0o711 : 0o700;
  mkdirSync(dataDir, { recursive: true, mode: passable });
  restrict(dataDir, passable);
  for (const name of OPEN_TO_TRAINERS) {
    const folder = join(dataDir, name);
    mkdirSync(folder, { recursive: true, mode: passable });
    restrict(folder, passable);
    // A trainer enters the folder of its attempt by its group.
    if (name === 'jobs')
      for (const job of readdirSync(folder, { withFileTypes: true }))
        if (job.isDirectory()) restrict(join(folder, job.name), 0o770);
  }
  for (const entry of readdirSync(dataDir, { withFileTypes: true })) {
    if (OPEN_TO_TRAINERS.includes(entry.name) || PUBLIC.has(entry.name)) continue;
    if (entry.isDirectory()) restrict(join(dataDir, entry.name), 0o700);
    else if (entry.isFile()) restrict(join(dataDir, entry.name), 0o600);
  }
}
