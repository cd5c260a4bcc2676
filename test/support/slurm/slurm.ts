import { execFile, spawn } from 'node:child_process';
import { access, cp, mkdtemp, readFile, rm } from 'node:fs/promises';
import type { Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import getPort from 'get-port';
import { startTimeOf } from '../../../infra/adapters/jobs/process-identity.js';
import { until } from '../until.js';
import { killAllOn } from './kill-all-on.js';

const exec = promisify(execFile);
const script = (name: string): string => join(import.meta.dirname, name);

/** The first of three free consecutive ports: for the controller and two nodes. */
async function freePorts(): Promise<number> {
  for (;;) {
    const port = await getPort();
    const [second, third] = [await getPort({ port: port + 1 }), await getPort({ port: port + 2 })];
    if (second === port + 1 && third === port + 2) return port;
  }
}

/** Waits until a process has ended; a zombie counts as ended. */
const over = (pid: number) => until(async () => (await startTimeOf(pid)) === undefined);

/** A real Slurm of two nodes in a separate folder, with ways to inject faults. */
export async function startSlurm() {
  const root = await mkdtemp(join(tmpdir(), 'mainspring-slurm-'));
  const folder = join(root, 'slurm');
  const conf = join(folder, 'etc/slurm.conf');
  const port = await freePorts();
  const tied = spawn(script('down.sh'), ['--tied', folder], {
    stdio: ['pipe', 'ignore', 'ignore'],
    detached: true,
  });
  tied.unref();
  tied.stdin.on('error', () => undefined);
  // A pipe is a socket in Node, and would otherwise keep the test run alive.
  (tied.stdin as Socket).unref();
  const env = { PATH: process.env['PATH'], HOME: process.env['HOME'], SLURM_CONF: conf };
  const run = async (command: string, ...args: string[]): Promise<string> =>
    (await exec(command, args, { env })).stdout.trim();
  const stop = async (): Promise<void> => {
    await exec(script('down.sh'), [folder]);
    tied.stdin.end();
    await rm(root, { recursive: true, force: true });
  };
  try {
    await exec(script('up.sh'), [folder, String(port)], { env });
  } catch (error) {
    await stop();
    throw error;
  }

  const pidIn = async (name: string): Promise<number> =>
    Number(await readFile(join(folder, `${name}.pid`), 'utf8'));
  const killNow = async (name: string): Promise<void> => {
    const pid = await pidIn(name);
    process.kill(pid, 'SIGKILL');
    await over(pid);
  };
  const answers = () =>
    run('scontrol', 'ping').then(
      () => true,
      () => false,
    );
  const controller = {
    kill: () => killNow('slurmctld'),
    start: async (): Promise<void> => {
      await run('slurmctld');
      await until(answers);
      // A controller that forgot a running job starts it again, and then takes the node out of service.
      for (const node of nodes)
        await run('scontrol', 'update', `nodename=${node}`, 'state=resume').catch(() => '');
      await until(async () =>
        (await run('sinfo', '-h', '-N', '-o', '%T')).split('\n').every((is) => !/unk|down|\*/.test(is)),
      );
    },
  };
  const nodes = [`n${port}-1`, `n${port}-2`];

  return {
    conf,
    /** Environment for client commands that a test starts itself. */
    env,
    nodes,
    enforcesMemory: await access(join(folder, 'enforces-memory')).then(
      () => true,
      () => false,
    ),
    /** Runs a client command and returns its output. */
    run,
    controller,
    node: {
      kill: (node: string) => killNow(`slurmd-${node}`),
      /** Loses a whole machine: its slurmd, its steps, and all processes that they started. */
      lose: async (node: string): Promise<void> => {
        await killNow(`slurmd-${node}`);
        await killAllOn(node);
      },
      start: (node: string) => run('slurmd', '-N', node),
    },
    /**
     * Submit a job that sleeps.
     *
     * @returns its id
     */
    submitSleep: async (...options: string[]): Promise<string> =>
      run(
        'sbatch',
        '--parsable',
        '--output=/dev/null',
        '--job-name=sleep',
        ...options,
        '--wrap=exec sleep 600',
      ),
    /** States of the jobs with a name, newest last. */
    states: async (name: string): Promise<string[]> =>
      (await run('squeue', '-h', '-a', '-t', 'all', '-S', 'i', `--name=${name}`, '-o', '%T'))
        .split('\n')
        .filter(Boolean),
    /**
     * Kill the controller after `work`, and restart it with its saved state from before: it has forgotten `work`.
     *
     * @param away runs while the controller is down
     */
    forgetting: async <T>(work: () => Promise<T>, away?: () => Promise<void>): Promise<T> => {
      const [state, saved] = [join(folder, 'state'), join(folder, 'state.before')];
      const pid = await pidIn('slurmctld');
      // An orderly stop, so that the state is saved.
      process.kill(pid, 'SIGTERM');
      await over(pid);
      await cp(state, saved, { recursive: true });
      await controller.start();
      const done = await work();
      await controller.kill();
      await away?.();
      await rm(state, { recursive: true });
      await cp(saved, state, { recursive: true });
      await rm(saved, { recursive: true });
      await controller.start();
      return done;
    },
    /** Longer than a controller takes to save its state. */
    writtenDown: () => sleep(5_000),
    stop,
  };
}
export type TestSlurm = Awaited<ReturnType<typeof startSlurm>>;
