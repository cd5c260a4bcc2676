import { randomUUID } from 'node:crypto';
import { link, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { type ProcessIdentity, isAlive, startTimeOf } from './process-identity.js';

async function holder(path: string): Promise<{ text: string; alive: boolean } | undefined> {
  const text = await readFile(path, 'utf8').catch(() => undefined);
  if (text === undefined) return undefined;
  return { text, alive: await isAlive(JSON.parse(text) as ProcessIdentity) };
}

/**
 * Remove the lock of a dead process. If two processes do this at once, the second one moves the new lock of the
 * first, notices it, and puts it back.
 */
async function removeStale(path: string, text: string): Promise<void> {
  const aside = `${path}.${randomUUID()}`;
  try {
    await rename(path, aside);
  } catch {
    return;
  }
  if ((await readFile(aside, 'utf8')) !== text) await link(aside, path).catch(() => undefined);
  await rm(aside, { force: true });
}

export type Lock = { release: () => Promise<void>; afterCrash: boolean };

/**
 * A lock that ends with its process: a file, created only if it does not exist, with the identity of its holder.
 *
 * @returns undefined if a living process holds the lock; `afterCrash` is true when the previous holder died while
 * it held the lock
 */
export async function tryLock(path: string): Promise<Lock | undefined> {
  const mine = JSON.stringify({
    pid: process.pid,
    startTime: await startTimeOf(process.pid),
    nonce: randomUUID(),
  });
  // Written aside and then linked, so that no reader sees an incomplete lock.
  const draft = `${path}.${randomUUID()}`;
  await writeFile(draft, mine);
  try {
    for (let afterCrash = false; ; afterCrash = true) {
      try {
        await link(draft, path);
        return { afterCrash, release: () => rm(path, { force: true }) };
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
      }
      const held = await holder(path);
      if (held?.alive) return undefined;
      if (held) await removeStale(path, held.text);
    }
  } finally {
    await rm(draft, { force: true });
  }
}
