import { execFile } from 'node:child_process';
import { mkdir, realpath, rename, rm, stat, writeFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import type { ArtifactStore } from '../../../activities/ports/artifact-store.js';
import type { Environments } from '../../../activities/ports/environments.js';
import { FailureType, fail } from '../../../contracts/failures.js';
import { environmentPath } from './environment-path.js';
import { tryLock } from './lock-file.js';
import { processesWith, signal as signalProcess } from './process-identity.js';

const run = promisify(execFile);
const POLL_MS = 200;
const MAX_OUTPUT_BYTES = 64 * 2 ** 20;
const SHOWN_LINES = 12;

/** Output of pip when the index is unreachable. Pip then also claims that the version does not exist. */
const NETWORK =
  /Retrying \(|NewConnectionError|Temporary failure in name resolution|Read timed out|Connection (refused|reset)/;

interface Failed {
  stdout?: string;
  stderr?: string;
  message: string;
}

const lastLines = ({ stderr, stdout, message }: Failed): string =>
  (stderr?.trim() || stdout?.trim() || message).split('\n').slice(-SHOWN_LINES).join('\n');

/** Environment variable of all processes of a build; its value names the environment that they build. */
const MARK = 'MAINSPRING_BUILDS';

/**
 * Kill the processes of an interrupted build. A pip process can outlive a killed worker and would write into the
 * new environment. Only the holder of the lock builds, so every other process with the mark is an orphan.
 */
async function endOrphans(path: string): Promise<void> {
  for (;;) {
    const left = await processesWith(`${MARK}=${path}`);
    if (left.length === 0) return;
    for (const { pid } of left) signalProcess(pid, 'SIGKILL');
    await sleep(20);
  }
}

/**
 * Python environments on this machine, one per lock file. They are created by `python -m venv` without pip (0.3 s
 * instead of 3 s) and filled by the machine's pip with its own configuration.
 *
 * @param options.python the interpreter that environments are created with, e.g. `python3`
 */
export function openPythonEnvironments(options: {
  dataDir: string;
  python: string;
  artifacts: Pick<ArtifactStore, 'fetch'>;
  environment: NodeJS.ProcessEnv;
}): Environments {
  const isComplete = (path: string): Promise<boolean> =>
    stat(join(path, '.complete')).then(
      () => true,
      () => false,
    );

  type Execute = (program: string, args: string[]) => Promise<{ stdout: string }>;

  /**
   * The machine's pip can fill another environment since version 22.3. If it is older or missing, pip is installed
   * into each environment (3 s).
   */
  async function hasUsablePip(execute: Execute): Promise<boolean> {
    try {
      const { stdout } = await execute(options.python, ['-m', 'pip', '--version']);
      const [, major = '0', minor = '0'] = /^pip (\d+)\.(\d+)/.exec(stdout) ?? [];
      return Number(major) > 22 || (Number(major) === 22 && Number(minor) >= 3);
    } catch {
      return false;
    }
  }

  async function build(path: string, lockFile: string, signal: AbortSignal): Promise<void> {
    // The folder may be a link that several data directories share.
    const mark = join(await realpath(dirname(path)), basename(path));
    await endOrphans(mark);
    const execute = (program: string, args: string[]) =>
      // Trainers of another user read it, whatever the engine's umask is.
      run('/bin/sh', ['-c', 'umask 022; exec "$@"', 'sh', program, ...args], {
        signal,
        env: { ...options.environment, [MARK]: mark },
        maxBuffer: MAX_OUTPUT_BYTES,
      });
    // A virtual environment cannot be moved. So it is built in place, and is complete once its marker exists.
    await rm(path, { recursive: true, force: true });
    const shared = await hasUsablePip(execute);
    try {
      await execute(options.python, ['-m', 'venv', ...(shared ? ['--without-pip'] : []), path]);
    } catch (error) {
      if (signal.aborted) throw error;
      throw fail(
        FailureType.EnvironmentBroken,
        `cannot make a Python environment with "${options.python} -m venv": ${lastLines(error as Failed)}`,
        { remedy: 'Install Python 3.10 or newer with its venv module.' },
      );
    }
    const own = join(path, 'bin/python');
    const pip = [
      '-m',
      'pip',
      ...(shared ? ['--python', own] : []),
      '--disable-pip-version-check',
      '--no-input',
    ];
    try {
      await execute(shared ? options.python : own, [...pip, 'install', '--requirement', lockFile]);
    } catch (error) {
      if (signal.aborted) throw error;
      const failed = error as Failed;
      if (NETWORK.test(`${failed.stdout ?? ''}${failed.stderr ?? ''}`))
        throw new Error(`the package index cannot be reached: ${lastLines(failed)}`, { cause: error });
      throw fail(
        FailureType.EnvironmentBroken,
        `the environment's lock file cannot be installed. pip said:\n${lastLines(failed)}`,
        { remedy: 'Correct the lock file, and start again.' },
      );
    }
    await writeFile(join(path, '.complete.tmp'), new Date().toISOString());
    await rename(join(path, '.complete.tmp'), join(path, '.complete'));
  }

  return {
    ensure: async (ref, signal) => {
      const path = environmentPath(options.dataDir, ref);
      await mkdir(join(options.dataDir, 'environments'), { recursive: true });
      while (!(await isComplete(path))) {
        signal.throwIfAborted();
        const lock = await tryLock(`${path}.lock`);
        if (!lock) {
          await sleep(POLL_MS);
          continue;
        }
        try {
          if (!(await isComplete(path))) await build(path, await options.artifacts.fetch(ref), signal);
        } finally {
          await lock.release();
        }
      }
      return path;
    },
  };
}
