import { spawn } from 'node:child_process';
import type { Socket } from 'node:net';

/**
 * Kill a process group when this process dies, for whatever reason. Engines kill the process group that they
 * started. The trainer has another group, and would otherwise keep its GPUs. A small shell waits for the end of its
 * standard input, which closes when this process dies. Its environment is empty, so that no backend counts it as a
 * process of the job.
 *
 * @returns a function that releases the group; call it after the group's leader has ended, before its id is reused
 */
export function shareFate(group: number): () => void {
  // An engine that stops a job sends TERM to all processes below it. The shell ignores it, because the trainer may
  // still use its grace.
  const script = `trap '' HUP INT TERM USR1; read -r released || kill -s KILL -- "-$1"`;
  const keeper = spawn('/bin/sh', ['-c', script, 'share-fate', String(group)], {
    stdio: ['pipe', 'ignore', 'ignore'],
    detached: true,
    env: {},
  });
  // Without the shell, a trainer is still ended by its fence, its lease or its deadline.
  keeper.once('error', () => undefined);
  keeper.stdin.on('error', () => undefined);
  keeper.unref();
  (keeper.stdin as Socket).unref();
  return () => void keeper.stdin.end('\n');
}
