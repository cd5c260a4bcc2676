import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { z } from 'zod';
import { type Pool, TaskQueue } from '../../contracts/task-queues.js';
import { startChild } from './child.js';
import { untilReady } from './servers/server.js';
import type { Part } from './supervise.js';

const root = fileURLToPath(new URL('../..', import.meta.url));
const tsx = import.meta.resolve('tsx');

export const pools = Object.keys(TaskQueue) as Pool[];

export interface NodePartOptions {
  env: NodeJS.ProcessEnv;
  logsDir: string;
}

/** What a worker says on its channel, at the start and then every few seconds. */
const WorkerReport = z.object({ state: z.string(), activities: z.int(), workflows: z.int() });

// A little more than the worker's own grace and force times (workers/run-worker.ts): kill only what hangs.
const drainMs = 30_000;

/** A worker pool in a process of its own. */
export const poolPart = (pool: Pool, { env, logsDir }: NodePartOptions): Part => ({
  name: pool,
  start: async (onSpawn) => {
    let report: z.infer<typeof WorkerReport> | undefined;
    const logFile = join(logsDir, `${pool}.log`);
    const child = startChild({
      ...nodeProgram(`workers/${pool}.ts`),
      env,
      cwd: root,
      logFile,
      onMessage: (message) => {
        report = WorkerReport.safeParse(message).data ?? report;
      },
    });
    onSpawn(child);
    await untilReady(`the worker pool ${pool}`, child, logFile, async () => {
      if (report?.state !== 'RUNNING') throw new Error(`its worker is ${report?.state ?? 'loading'}`);
    });
    return {
      ...child,
      stop: () => child.stop('SIGTERM', drainMs),
      activity: () => (report ? busyWith(report) : ''),
    };
  },
});

const busyWith = ({ activities, workflows }: { activities: number; workflows: number }): string =>
  [
    activities > 0 ? `${activities} ${activities === 1 ? 'activity' : 'activities'}` : '',
    workflows > 0 ? `${workflows} ${workflows === 1 ? 'workflow' : 'workflows'} in memory` : '',
  ]
    .filter(Boolean)
    .join(', ');

/** The inference gateway; ready when it answers its own health check. */
export const gatewayPart = (url: string, { env, logsDir }: NodePartOptions): Part => ({
  name: 'gateway',
  start: async (onSpawn) => {
    const logFile = join(logsDir, 'gateway.log');
    const child = startChild({ ...nodeProgram('serving/main.ts'), env, cwd: root, logFile });
    onSpawn(child);
    await untilReady('the gateway', child, logFile, async () => {
      const answer = await fetch(`${url}/v2/health/live`, { signal: AbortSignal.timeout(2_000) });
      if (!answer.ok) throw new Error(`its health check says ${answer.status}`);
    });
    return { ...child, stop: () => child.stop('SIGTERM', 10_000) };
  },
});

function nodeProgram(file: string): { command: string; args: string[] } {
  const path = join(root, file);
  if (!existsSync(path)) throw new Error(`${file} is missing from this copy of Mainspring`);
  return { command: process.execPath, args: ['--import', tsx, path] };
}
