import { spawn } from 'node:child_process';
import type { Socket } from 'node:net';

/**
 * Ends server processes when this process ends or is killed: a small shell waits for the end of its standard input,
 * then kills the processes and removes their folder.
 */
export function tether(folder: string): { hold: (process: { pid: number }) => void; release: () => void } {
  const script = `
    trap '' INT TERM HUP
    pids=
    while read -r word; do
      if [ "$word" = release ]; then exit 0; fi
      pids="$pids $word"
    done
    [ -z "$pids" ] || kill -9 $pids 2>/dev/null
    sleep 0.3
    rm -rf -- "$1"`;
  const shell = spawn('/bin/sh', ['-c', script, 'tether', folder], {
    stdio: ['pipe', 'ignore', 'ignore'],
    detached: true,
  });
  shell.unref();
  const { stdin } = shell;
  stdin.on('error', () => undefined);
  // A pipe is a socket in Node, and would otherwise keep the test run alive.
  (stdin as Socket).unref();
  return {
    hold: ({ pid }) => void stdin.write(`${pid}\n`),
    release: () => void stdin.end('release\n'),
  };
}
