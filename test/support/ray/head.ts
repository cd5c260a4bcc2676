import { spawn } from 'node:child_process';
import { randomBytes, randomUUID } from 'node:crypto';
import { mkdtempSync, openSync } from 'node:fs';
import { readFile, rm } from 'node:fs/promises';
import { homedir, tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { processesWith, signal } from '../../../infra/adapters/jobs/process-identity.js';
import { openRayJobsApi } from '../../../infra/adapters/jobs/ray/jobs-api.js';
import { freePort } from '../../../infra/dev/ports.js';
import { tether } from '../tether.js';

export const RAY_VERSION = '2.60.0';

/** The folder of `install.sh`. */
export const rayHome = join(
  process.env['XDG_CACHE_HOME'] ?? join(homedir(), '.cache'),
  'mainspring',
  `ray-${RAY_VERSION}`,
);

/** Longest time from the start to the end of a first job: usually 10–30 s on two busy cores. */
const START_LIMIT_MS = 180_000;

export interface RayHead {
  address: string;
  token: string;
  /** Kill -9 of the head. The jobs of its node die with it within seconds. */
  kill(): Promise<void>;
  /** Restart it at the same address. Its table of jobs is then empty. */
  start(): Promise<void>;
  stop(): Promise<void>;
}

/**
 * A Ray cluster of one node, with a given number of GPUs that are only counted, token authentication and a separate
 * folder. The Jobs API listens on 127.0.0.1. Ray's other ports cannot be bound to it; they require the token.
 */
export async function startRayHead({ gpus, cpus }: { gpus: number; cpus: number }): Promise<RayHead> {
  // A short path: it contains sockets, whose paths may have at most 107 characters.
  const root = mkdtempSync(join(tmpdir(), 'ms-ray-'));
  const gone = tether(root);
  const token = randomBytes(24).toString('hex');
  const mark = `MAINSPRING_TEST_RAY=${randomUUID()}`;
  const [name = '', value = ''] = mark.split('=');
  const ports = Object.fromEntries(
    await Promise.all(
      [
        'port',
        'node-manager-port',
        'object-manager-port',
        'dashboard-port',
        'dashboard-agent-listen-port',
        'dashboard-agent-grpc-port',
        'runtime-env-agent-port',
        'metrics-export-port',
        'ray-client-server-port',
      ].map(async (option) => [option, await freePort()] as const),
    ),
  );
  const address = `http://127.0.0.1:${ports['dashboard-port']}`;
  const log = join(root, 'head.log');
  const api = openRayJobsApi({ address, token });
  let head: { pid: number; ended: boolean } | undefined;

  /** A process counts as gone after two looks, because a process that is being started has no environment yet. */
  const killAll = async (): Promise<void> => {
    for (let absences = 0; absences < 2;) {
      const left = await processesWith(mark);
      absences = left.length === 0 ? absences + 1 : 0;
      for (const { pid } of left) signal(pid, 'SIGKILL');
      await sleep(200);
    }
  };
  const remove = (folder: string): Promise<void> =>
    rm(folder, { recursive: true, force: true, maxRetries: 10, retryDelay: 200 });

  /** Run a first job, so that every part of the head is up before the tests. */
  async function ready(): Promise<void> {
    const id = `ready-${randomUUID()}`;
    const limit = Date.now() + START_LIMIT_MS;
    for (;;) {
      const job = await api.get(id).catch(() => null);
      if (job?.status === 'SUCCEEDED') return;
      if (job === undefined)
        await api
          .submit({
            submission_id: id,
            entrypoint: 'true',
            runtime_env: { env_vars: {} },
            metadata: {},
            entrypoint_num_cpus: 1,
            entrypoint_num_gpus: 0,
            entrypoint_memory: 0,
            entrypoint_resources: {},
          })
          .catch(() => undefined);
      if (head?.ended || Date.now() > limit || job?.status === 'FAILED')
        throw new Error(`Ray did not start (${job?.message ?? 'no answer'}): ${await readFile(log, 'utf8')}`);
      await sleep(100);
    }
  }

  async function start(): Promise<void> {
    const out = openSync(log, 'a');
    const child = spawn(
      join(rayHome, 'bin/ray'),
      [
        'start',
        '--head',
        '--block',
        ...Object.entries(ports).map(([option, port]) => `--${option}=${port}`),
        '--dashboard-host=127.0.0.1',
        `--num-cpus=${cpus}`,
        `--num-gpus=${gpus}`,
        '--memory=8000000000',
        '--object-store-memory=100000000',
        '--include-log-monitor=false',
        '--disable-usage-stats',
        `--temp-dir=${join(root, 'ray')}`,
      ],
      {
        detached: true,
        stdio: ['ignore', out, out],
        env: {
          ...process.env,
          [name]: value,
          RAY_AUTH_MODE: 'token',
          RAY_AUTH_TOKEN: token,
          RAY_USAGE_STATS_ENABLED: '0',
          // Ray gives its own parts one minute to find each other, which was too short on two busy cores.
          RAY_raylet_start_wait_time_s: String(START_LIMIT_MS / 1000),
        },
      },
    );
    const started = { pid: child.pid ?? 0, ended: false };
    head = started;
    child.once('exit', () => (started.ended = true));
    child.once('error', () => (started.ended = true));
    child.unref();
    gone.hold({ pid: started.pid });
    await ready();
    for (const process of await processesWith(mark)) gone.hold(process);
  }

  /** The processes that `ray start` started. Workers and jobs are their children. */
  async function ownProcesses(): Promise<number[]> {
    const found = await Promise.all(
      (await processesWith(mark)).map(async ({ pid }) => {
        const stat = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => '');
        const parent = Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1]);
        return { pid, parent };
      }),
    );
    return found.filter(({ pid, parent }) => pid === head?.pid || parent === head?.pid).map(({ pid }) => pid);
  }

  const stop = async (): Promise<void> => {
    await killAll();
    await remove(root);
    gone.release();
  };

  try {
    await start();
  } catch (error) {
    await stop();
    throw error;
  }
  return {
    address,
    token,
    kill: async () => {
      for (const pid of await ownProcesses()) signal(pid, 'SIGKILL');
    },
    start: async () => {
      // Processes that outlive a killed head (agents, for a minute) keep its ports.
      await killAll();
      await remove(join(root, 'ray'));
      await start();
    },
    stop,
  };
}
