import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { identify, isAlive } from '../../../../infra/dev/identity.js';
import { tryLock, withLock } from '../../../../infra/dev/lock.js';

let folder: string;
let path: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'mainspring-lock-'));
  path = join(folder, 'lock');
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

async function deadProcess(): Promise<{ pid: number; startedAt: string }> {
  const child = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)']);
  const identity = identify(child.pid ?? 0);
  child.kill('SIGKILL');
  await once(child, 'exit');
  return identity;
}

describe('a process identity', () => {
  it('is alive while the process runs and not when it was killed', async () => {
    expect(isAlive(identify(process.pid))).toBe(true);
    expect(isAlive(await deadProcess())).toBe(false);
  });

  it('does not take another process with the same number for it', () => {
    expect(isAlive({ pid: process.pid, startedAt: 'earlier' })).toBe(false);
  });
});

describe('a lock', () => {
  it('tells the second taker who holds it, and is free again after its release', () => {
    const first = tryLock(path);
    expect(tryLock(path).holder?.pid).toBe(process.pid);

    first.release?.();

    expect(tryLock(path).holder).toBeUndefined();
  });

  it('is taken over from a holder that was killed', async () => {
    writeFileSync(path, JSON.stringify(await deadProcess()));
    expect(tryLock(path).holder).toBeUndefined();
  });

  it('is taken over when its file names no process', () => {
    writeFileSync(path, '{"pi');
    expect(tryLock(path).holder).toBeUndefined();
  });

  it('lets one worker in at a time and leaves no files behind', async () => {
    let inside = 0;
    let most = 0;
    const work = (): Promise<void> =>
      withLock(path, async () => {
        inside += 1;
        most = Math.max(most, inside);
        await new Promise((resolve) => setTimeout(resolve, 5));
        inside -= 1;
      });

    await Promise.all([work(), work(), work()]);

    expect(most).toBe(1);
    expect(readdirSync(folder)).toEqual([]);
  });
});
