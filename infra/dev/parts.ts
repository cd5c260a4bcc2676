import { join } from 'node:path';
import { z } from 'zod';
import { type Pool, TaskQueue } from '../../contracts/task-queues.js';
import { root } from '../code.js';
import { compiled } from '../compile.js';
import { startChild } from './child.js';
import { untilReady } from './servers/server.js';
import type { Part } from './supervise.js';

/** A log names the lines of the sources. */
const SOURCE_MAPS = '--enable-source-maps';

export const pools = Object.keys(TaskQueue) as Pool[];

export interface NodePartOptions {
  env: NodeJS.ProcessEnv;
  logsDir: string;
}

/** The report of a worker on its channel, sent at its start and then every few seconds. */
const WorkerReport = z.object({
  state: z.string(),
  activities: z.int(),
  workflows: z.int(),
  /** The reason why it takes no work; empty if it does. */
  detail: z.string().default(''),
});

// Slightly longer than the worker's own grace and force times (workers/run-worker.ts), so that only a hanging
// worker is killed.
const drainMs = 30_000;

/** A worker pool in a process of its own. */
export const poolPart = (pool: Pool, { env, logsDir }: NodePartOptions): Part => ({
  name: pool,
  start: async (onSpawn) => {
    let report: z.infer<typeof WorkerReport> | undefined;
    const logFile = join(logsDir, `${pool}.log`);
    const child = startChild({
      command: process.execPath,
      args: [SOURCE_MAPS, await compiled(`workers/${pool}`)],
      env,
      cwd: root,
      logFile,
      onMessage: (message) => {
        report = WorkerReport.safeParse(message).data ?? report;
      },
    });
    onSpawn(child);
    await untilReady(`the worker pool ${pool}`, child, logFile, async () => {
      // One that waits is not started again: the reason is not its own.
      if (report?.state !== 'RUNNING' && report?.state !== 'WAITING')
        throw new Error(`its worker is ${report?.state ?? 'loading'}`);
    });
    return {
      ...child,
      stop: () => child.stop('SIGTERM', drainMs),
      activity: () => (report ? busyWith(report) : ''),
    };
  },
});

const busyWith = ({ activities, workflows, detail }: z.infer<typeof WorkerReport>): string =>
  [
    detail,
    activities > 0 ? `${activities} ${activities === 1 ? 'activity' : 'activities'}` : '',
    workflows > 0 ? `${workflows} ${workflows === 1 ? 'workflow' : 'workflows'} in memory` : '',
  ]
    .filter(Boolean)
    .join(', ');

/** A process that listens on HTTP; ready when it answers its own health check. */
const httpPart = (
  { name, program, health }: { name: string; program: string; health: string },
  { env, logsDir }: NodePartOptions,
): Part => ({
  name,
  start: async (onSpawn) => {
    const logFile = join(logsDir, `${name}.log`);
    const child = startChild({
      command: process.execPath,
      args: [SOURCE_MAPS, await compiled(program)],
      env,
      cwd: root,
      logFile,
    });
    onSpawn(child);
    await untilReady(`the ${name}`, child, logFile, async () => {
      const answer = await fetch(health, { signal: AbortSignal.timeout(2_000) });
      if (!answer.ok) throw new Error(`its health check says ${answer.status}`);
    });
    return { ...child, stop: () => child.stop('SIGTERM', 10_000) };
  },
});

/** The inference gateway. */
export const gatewayPart = (url: string, options: NodePartOptions): Part =>
  httpPart({ name: 'gateway', program: 'serving/main', health: `${url}/v2/health/live` }, options);

/** The HTTP API. */
export const apiPart = (url: string, options: NodePartOptions): Part =>
  httpPart({ name: 'api', program: 'api/main', health: `${url}/health` }, options);
