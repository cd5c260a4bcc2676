import { spawn } from 'node:child_process';
import type { Socket } from 'node:net';

/**
 * Kill a process group when this process is gone, however it died. Engines kill what they started themselves: the group
 * of a trainer is another one, and would hold its GPUs with nobody left to tell it.
 *
 * A small shell waits for the end of its input, which comes with our death. Its environment is empty: it is none of the
 * job's processes, and nobody counts it as one.
 *
 * @returns lets the group go; call it when its leader has ended, before its id is given to another process
 */
export function shareFate(group: number): () => void {
  // An engine that stops a job sends TERM to all processes below it; the trainer may still have its grace.
  const script = `trap '' HUP INT TERM USR1; read -r released || kill -s KILL -- "-$1"`;
  const keeper = spawn('/bin/sh', ['-c', script, 'share-fate', String(group)], {
    stdio: ['pipe', 'ignore', 'ignore'],
    detached: true,
    env: {},
  });
  // Without one a trainer still ends by its fence, its lease and its deadline.
  keeper.once('error', () => undefined);
  keeper.stdin.on('error', () => undefined);
  keeper.unref();
  (keeper.stdin as Socket).unref();
  return () => void keeper.stdin.end('\n');
}
