import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { createInterface } from 'node:readline';
import { join } from 'node:path';
import type { ArtifactStore } from '../../../activities/ports/artifact-store.js';
import type { Environments } from '../../../activities/ports/environments.js';
import type { Suggester, SuggestRequest } from '../../../activities/ports/suggest.js';
import { MediaType } from '../../../contracts/artifacts.js';
import { root } from '../../code.js';
import type { Params } from '../../../contracts/spec/training.js';

const file = (name: string): string => join(root, 'infra', 'adapters', 'suggest', name);

/** A process without requests for this long ends: it holds 100 MB. */
const IDLE_MS = 60_000;
const SHOWN_CHARS = 2_000;

interface Asked {
  resolve: (params: Params[]) => void;
  reject: (error: Error) => void;
}

/**
 * Optuna and SciPy in a process of their own, in an environment built from a lock file of this repository. The
 * process is kept between calls, because loading takes a second. It holds no state and may be killed at any time:
 * calls that wait then fail, and their retry starts another process.
 */
export function openSuggester(options: {
  environments: Environments;
  artifacts: Pick<ArtifactStore, 'put'>;
  /** Environment variables of the process. */
  environment: NodeJS.ProcessEnv;
}): Suggester & { close(): void } {
  let running: { child: ChildProcessWithoutNullStreams; asked: Asked[] } | undefined;
  let idle: NodeJS.Timeout | undefined;

  async function start(signal: AbortSignal): Promise<NonNullable<typeof running>> {
    const lock = await options.artifacts.put(await readFile(file('requirements.lock')), MediaType.text);
    const path = await options.environments.ensure(lock, signal);
    // Another call may have started the process meanwhile.
    if (running) return running;
    const { PATH, HOME, LANG, TMPDIR } = options.environment;
    const child = spawn(join(path, 'bin/python'), [file('suggest.py')], {
      env: { PATH, HOME, LANG, TMPDIR, OMP_NUM_THREADS: '1', OPENBLAS_NUM_THREADS: '1' },
    });
    const asked: Asked[] = [];
    const mine = { child, asked };
    let said = '';
    child.stderr.on('data', (text: Buffer) => {
      said = (said + text.toString()).slice(-SHOWN_CHARS);
    });
    // A broken pipe is reported by the exit event.
    child.stdin.on('error', () => undefined);
    createInterface(child.stdout).on('line', (line) => {
      const { params, error } = JSON.parse(line) as { params?: Params[]; error?: string };
      const first = asked.shift();
      if (params) first?.resolve(params);
      else first?.reject(new Error(`the suggest process says: ${error ?? line}`));
      if (asked.length === 0) idle = setTimeout(() => child.stdin.end(), IDLE_MS).unref();
    });
    const over = (why: string) => {
      if (running === mine) running = undefined;
      for (const { reject } of asked.splice(0))
        reject(new Error(`the suggest process ended (${why})${said ? `: ${said}` : ''}`));
    };
    child.once('error', (error) => over(error.message));
    child.once('close', (code, killedBy) => over(killedBy ?? `exit code ${code}`));
    running = mine;
    return mine;
  }

  return {
    suggest: async (request: SuggestRequest, signal) => {
      const { child, asked } = running ?? (await start(signal));
      clearTimeout(idle);
      signal.throwIfAborted();
      const kill = (): void => {
        // Forget the process first, so that the next call does not use one that is about to end.
        if (running?.child === child) running = undefined;
        child.kill('SIGKILL');
      };
      signal.addEventListener('abort', kill, { once: true });
      try {
        return await new Promise<Params[]>((resolve, reject) => {
          asked.push({ resolve, reject });
          child.stdin.write(`${JSON.stringify(wire(request))}\n`);
        });
      } finally {
        signal.removeEventListener('abort', kill);
      }
    },
    close: () => {
      clearTimeout(idle);
      running?.child.kill('SIGKILL');
    },
  };
}

/** Number of trials that are chosen at random before the search learns a model of the space. */
const STARTUP_TRIALS = 10;

const wire = (request: SuggestRequest) => ({
  ...request,
  // A list, because an object would lose the order of its keys.
  space: Object.entries(request.space),
  startup: STARTUP_TRIALS,
});
