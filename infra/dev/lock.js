import { randomUUID } from 'node:crypto';
import { linkSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { setTimeout as pause } from 'node:timers/promises';
import { identify, isAlive } from './identity.js';

const read = (path) => {
  try {
    return JSON.parse(readFileSync(path, 'utf8'));
  } catch {
    return undefined;
  }
};

/**
 * Take the lock, or learn who holds it. A holder that died does not count: its lock is moved aside.
 * The file appears complete (by link), so no reader sees half of it.
 */
export function tryLock(path) {
  const mine = `${path}.${randomUUID()}`;
  writeFileSync(mine, JSON.stringify(identify(process.pid)), { mode: 0o600 });
  try {
    for (;;) {
      try {
        linkSync(mine, path);
        return { release: () => rmSync(path, { force: true }) };
      } catch (error) {
        if (error.code !== 'EEXIST') throw error;
      }
      const holder = read(path);
      if (holder && isAlive(holder)) return { holder };
      const aside = `${path}.${randomUUID()}`;
      try {
        renameSync(path, aside);
      } catch (error) {
        if (error.code === 'ENOENT') continue;
        throw error;
      }
      const moved = read(aside);
      // Another process took the lock between our look and our move: give it back.
      if (moved && isAlive(moved)) {
        try {
          linkSync(aside, path);
        } finally {
          rmSync(aside, { force: true });
        }
        return { holder: moved };
      }
      rmSync(aside, { force: true });
    }
  } finally {
    rmSync(mine, { force: true });
  }
}

/** Run `work` while holding the lock, after waiting for whoever holds it. */
export async function withLock(path, work) {
  for (;;) {
    const lock = tryLock(path);
    if (lock.release) {
      try {
        return await work();
      } finally {
        lock.release();
      }
    }
    await pause(200);
  }
}
