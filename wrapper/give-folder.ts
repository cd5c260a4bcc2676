import { fchownSync, fstatSync } from 'node:fs';
import { chmod, chown, lchown, mkdir, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { JobSite } from '../activities/ports/job-order.js';
import { homeOf, scratchOf } from './confinement-script.js';
import type { Layout } from './layout.js';

/** Gives a tree to a user, without following links. */
async function giveTree(path: string, uid: number): Promise<void> {
  await lchown(path, uid, uid);
  for (const entry of await readdir(path, { withFileTypes: true })) {
    const inner = join(path, entry.name);
    if (entry.isDirectory()) await giveTree(inner, uid);
    else await lchown(inner, uid, uid);
  }
}

/** Lets every user read a tree that only the wrapper may change. */
async function openTree(path: string): Promise<void> {
  await chmod(path, 0o755);
  for (const entry of await readdir(path, { withFileTypes: true })) {
    const inner = join(path, entry.name);
    if (entry.isDirectory()) await openTree(inner);
    else if (entry.isFile()) await chmod(inner, 0o444);
  }
}

/**
 * Gives the folder of an attempt to the user of its trainer: it may write everywhere but in its inputs, and no other
 * trainer may enter the folder.
 */
export async function giveFolder(site: JobSite, layout: Layout, uid: number): Promise<void> {
  await chown(site.directory, process.getuid?.() ?? 0, uid);
  await chmod(site.directory, 0o710);
  await openTree(join(layout.base, 'input'));
  await lchown(layout.base, uid, uid);
  for (const folder of [layout.code, layout.checkpoints, layout.model, layout.output])
    await giveTree(folder, uid);
  for (const folder of [homeOf(site), scratchOf(site)]) {
    await mkdir(folder, { recursive: true });
    await lchown(folder, uid, uid);
  }
  // A program that opens /dev/stdout again needs a right to the log.
  if (fstatSync(1).isFile()) fchownSync(1, uid, uid);
}
