import { type ChildProcess, spawn } from 'node:child_process';
import { readFileSync, readdirSync } from 'node:fs';
import type { Socket } from 'node:net';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { processesWith, signal } from '../../infra/adapters/jobs/process-identity.js';
import { type ProcessIdentity, identify, signal as signalExactly } from '../../infra/dev/identity.js';
import { stopStack } from '../../infra/dev/stack.js';
import { type State, openState } from '../../infra/dev/state.js';

const start = fileURLToPath(new URL('../../infra/dev/start.mjs', import.meta.url));

/** What would lead a stack of a test to servers or data of somebody else. */
const LEADS_AWAY = /^(TEMPORAL_|MAINSPRING_)/;
const KEPT = new Set(['MAINSPRING_PYTHON']);

/**
 * Ends everything of a site when this process dies without closing it: a small shell waits for the end of its input, which
 * comes however we die.
 */
function watchOver(dataDir: string, engineId: string): () => void {
  const script = `
    trap '' INT TERM HUP
    while read -r word; do if [ "$word" = release ]; then exit 0; fi; done
    for round in 1 2 3; do
      for file in $(grep -lzx -e "MAINSPRING_ENGINE_ID=$2" -e "TRAINER_BASE=$1/.*" /proc/[0-9]*/environ 2>/dev/null); do
        pid=\${file#/proc/}; kill -9 "\${pid%/environ}" 2>/dev/null
      done
      sleep 0.5
    done
    rm -rf -- "$1"`;
  const shell = spawn('/bin/sh', ['-c', script, 'watch', dataDir, engineId], {
    stdio: ['pipe', 'ignore', 'ignore'],
    detached: true,
  });
  shell.unref();
  const { stdin } = shell;
  stdin.on('error', () => undefined);
  // A pipe is a socket in Node; without this it would keep the test run alive.
  (stdin as Socket).unref();
  return () => void stdin.end('release\n');
}

/** A folder of its own for a stack, and an engine id by which all its workers and jobs can be found. */
export interface Site {
  dataDir: string;
  engineId: string;
  env: NodeJS.ProcessEnv;
  /** It ends by itself from now on: nobody watches over it any more. */
  release: () => void;
}

export async function openSite(purpose: string): Promise<Site> {
  const dataDir = await mkdtemp(join(tmpdir(), `mainspring-${purpose}-`));
  const engineId = dataDir.slice(dataDir.lastIndexOf('/') + 1).toLowerCase();
  const kept = Object.entries(process.env).filter(([name]) => KEPT.has(name) || !LEADS_AWAY.test(name));
  return {
    dataDir,
    engineId,
    env: { ...Object.fromEntries(kept), MAINSPRING_ENGINE_ID: engineId },
    release: watchOver(dataDir, engineId),
  };
}

/** Servers, pools, gateway by name, as the stack recorded them. */
export const partsOf = ({ dataDir }: Site): State['processes'] => openState(dataDir).state.processes;

/** Job keys that ever had a folder on this machine. */
export function jobKeysOf({ dataDir }: Site): string[] {
  try {
    return readdirSync(join(dataDir, 'jobs')).filter((name) => name.startsWith('ms-'));
  } catch {
    return [];
  }
}

/** Processes of a job that live: its wrapper, its trainer. */
export const processesOfJob = (jobKey: string) =>
  processesWith(`MAINSPRING_JOB_KEY=${jobKey}`, `TRAINER_JOB_KEY=${jobKey}`);

/** Everything that carries the engine id or a job of it. */
export const everythingOf = (site: Site) =>
  processesWith(
    `MAINSPRING_ENGINE_ID=${site.engineId}`,
    ...jobKeysOf(site).map((jobKey) => `TRAINER_JOB_KEY=${jobKey}`),
  );

/** `npm start` in a process of its own, so that its supervisor can be killed like everything else. */
export interface Supervisor {
  /** Everything that it printed. */
  output: () => string;
  /** Resolves when the line is printed; rejects when it ends before. */
  until: (text: string) => Promise<void>;
  /** Exit code; null when it was killed. */
  ended: Promise<number | null>;
  /** kill -9 of it, and of nothing below it. */
  kill: () => Promise<void>;
}

export function startSupervisor(site: Site, flags: string[]): Supervisor {
  const child: ChildProcess = spawn(
    process.execPath,
    [start, ...flags, '--ports', 'auto', '--data-dir', site.dataDir],
    { env: site.env, stdio: ['ignore', 'pipe', 'pipe'] },
  );
  let output = '';
  let over = false;
  child.stdout?.on('data', (text: Buffer) => (output += text.toString()));
  child.stderr?.on('data', (text: Buffer) => (output += text.toString()));
  const ended = new Promise<number | null>((resolve) => {
    child.once('close', (code) => {
      over = true;
      resolve(code);
    });
  });
  const launcher = identify(child.pid ?? 0);
  return {
    output: () => output,
    until: async (text) => {
      while (!output.includes(text)) {
        if (over) throw new Error(`npm start ended before it said "${text}":\n${output.slice(-4_000)}`);
        await pause(50);
      }
    },
    ended,
    kill: async () => {
      signalExactly(launcher, 'SIGKILL');
      // What does the work is a child of the launcher; it holds the lock of the data directory.
      const holder = readLock(site);
      if (holder) signalExactly(holder, 'SIGKILL');
      await ended;
    },
  };
}

function readLock({ dataDir }: Site): ProcessIdentity | undefined {
  try {
    return JSON.parse(readFileSync(join(dataDir, 'stack.lock'), 'utf8')) as ProcessIdentity;
  } catch {
    return undefined;
  }
}

/** A stack that is up, without the main job. */
export async function startStackProcess(site: Site): Promise<Supervisor> {
  const supervisor = startSupervisor(site, ['--no-job']);
  await supervisor.until('Mainspring is up after');
  return supervisor;
}

/** Stop it, end the jobs that would live on, and remove the folder. */
export async function closeSite(site: Site): Promise<void> {
  await stopStack(site.dataDir);
  for (const { pid } of await everythingOf(site)) signal(pid, 'SIGKILL');
  await rm(site.dataDir, { recursive: true, force: true, maxRetries: 5 });
  site.release();
}
