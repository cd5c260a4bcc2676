import { type Serializable, spawn } from 'node:child_process';
import { closeSync, mkdirSync, openSync } from 'node:fs';
import { dirname } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { type ProcessIdentity, identify, isAlive, signal } from './identity.js';

export interface ChildOptions {
  command: string;
  args: string[];
  /** The complete environment of the child. */
  env: NodeJS.ProcessEnv;
  cwd: string;
  /** The child itself appends both output streams here, so that its log goes on when the supervisor dies. */
  logFile: string;
  user?: { uid: number; gid: number };
  /** Opens a channel on which the child may report that it is ready. */
  onMessage?: (message: Serializable) => void;
}

export interface Child extends ProcessIdentity {
  /** Resolves when the process is gone, with the way it ended, e.g. `exit code 1` or `SIGKILL`. */
  exited: Promise<string>;
  stop(first: NodeJS.Signals, graceMs: number): Promise<void>;
}

/** Becomes the command, whose files other users cannot read. */
const PRIVATE = 'umask 077; exec "$@"';

/** Start a process in its own session, so that Ctrl-C on the terminal reaches only the supervisor. */
export function startChild(options: ChildOptions): Child {
  mkdirSync(dirname(options.logFile), { recursive: true });
  const log = openSync(options.logFile, 'a');
  try {
    const child = spawn('/bin/sh', ['-c', PRIVATE, 'sh', options.command, ...options.args], {
      cwd: options.cwd,
      env: options.env,
      detached: true,
      stdio: ['ignore', log, log, ...(options.onMessage ? (['ipc'] as const) : [])],
      ...options.user,
    });
    if (options.onMessage) child.on('message', options.onMessage);
    const exited = new Promise<string>((resolve) => {
      child.once('exit', (code, by) => resolve(by ?? `exit code ${code}`));
      child.once('error', (error) => resolve(`could not be started: ${error.message}`));
    });
    const identity = identify(child.pid ?? 0);
    return {
      ...identity,
      exited,
      stop: (first, graceMs) => endProcess(identity, first, graceMs),
    };
  } finally {
    closeSync(log);
  }
}

/** Ask the process to end, wait, then kill it. Returns when it is gone. */
export async function endProcess(
  process: ProcessIdentity,
  first: NodeJS.Signals,
  graceMs: number,
): Promise<void> {
  signal(process, first);
  const end = Date.now() + graceMs;
  while (isAlive(process)) {
    if (Date.now() > end) signal(process, 'SIGKILL');
    await pause(20);
  }
}
