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
import { shareEnvironments } from './environments.js';

const start = fileURLToPath(new URL('../../infra/dev/start.mjs', import.meta.url));

/** Variables that would direct a test's stack to foreign servers or data. */
const LEADS_AWAY = /^(TEMPORAL_|MAINSPRING_)/;
const KEPT = new Set(['MAINSPRING_PYTHON']);

/**
 * Ends everything of a site when this process dies without closing it: a small shell waits for the end of its
 * standard input, which closes when this process dies.
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
  // A pipe is a socket in Node, and would otherwise keep the test run alive.
  (stdin as Socket).unref();
  return () => void stdin.end('release\n');
}

/** A separate folder for a stack, and an engine id by which all its workers and jobs can be found. */
export interface Site {
  dataDir: string;
  engineId: string;
  env: NodeJS.ProcessEnv;
  /** Stops watching: the site ends by itself from now on. */
  release: () => void;
}

export async function openSite(purpose: string): Promise<Site> {
  const dataDir = await mkdtemp(join(tmpdir(), `mainspring-${purpose}-`));
  await shareEnvironments(dataDir);
  const engineId = dataDir.slice(dataDir.lastIndexOf('/') + 1).toLowerCase();
  const kept = Object.entries(process.env).filter(([name]) => KEPT.has(name) || !LEADS_AWAY.test(name));
  return {
    dataDir,
    engineId,
    env: { ...Object.fromEntries(kept), MAINSPRING_ENGINE_ID: engineId },
    release: watchOver(dataDir, engineId),
  };
}

/** Servers, pools and gateway by name, as the stack recorded them. */
export const partsOf = ({ dataDir }: Site): State['processes'] => openState(dataDir).state.processes;

/** Job keys of all folders that ever existed on this machine. */
export function jobKeysOf({ dataDir }: Site): string[] {
  try {
    return readdirSync(join(dataDir, 'jobs')).filter((name) => name.startsWith('ms-'));
  } catch {
    return [];
  }
}

/** Running processes of a job: its wrapper and its trainer. */
export const processesOfJob = (jobKey: string) =>
  processesWith(`MAINSPRING_JOB_KEY=${jobKey}`, `TRAINER_JOB_KEY=${jobKey}`);

/** All processes with the engine id, or with the mark of one of its jobs. */
export const everythingOf = (site: Site) =>
  processesWith(
    `MAINSPRING_ENGINE_ID=${site.engineId}`,
    ...jobKeysOf(site).map((jobKey) => `TRAINER_JOB_KEY=${jobKey}`),
  );

/** `npm start` in a separate process, so that its supervisor can be killed too. */
export interface Supervisor {
  /** The whole output so far. */
  output: () => string;
  /** Resolves when the text is printed; rejects when the process ends before. */
  until: (text: string) => Promise<void>;
  /** Exit code; null if it was killed. */
  ended: Promise<number | null>;
  /** Kill -9 of the supervisor alone. */
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
      // The launcher's child does the work and holds the lock of the data directory.
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

/** Start a stack without the main job, and wait until it is up. */
export async function startStackProcess(site: Site): Promise<Supervisor> {
  const supervisor = startSupervisor(site, ['--no-job']);
  await supervisor.until('Mainspring is up after');
  return supervisor;
}

/** Stop the stack, end its remaining jobs, and remove the folder. */
export async function closeSite(site: Site): Promise<void> {
  await stopStack(site.dataDir);
  for (const { pid } of await everythingOf(site)) signal(pid, 'SIGKILL');
  await rm(site.dataDir, { recursive: true, force: true, maxRetries: 5 });
  site.release();
}
