import type { NativeConnection } from '@temporalio/worker';
import { Runtime, Worker } from '@temporalio/worker';
import { type Pool, TaskQueue } from '../contracts/task-queues.js';
import type { Config } from '../infra/config.js';
import { attend } from './attend.js';
import type { ClockWatch } from './clock-watch.js';
import { connect } from './connect.js';
import { activityInterceptors } from './interceptors/activities.js';
import { openLogger, temporalLogger } from './logger.js';
import { reportTo } from './report.js';

export interface WorkerParts {
  activities: object;
  /** Most activities at once. Used if the configuration names no number. */
  concurrency: number;
  /** Path of the bundled workflows; set only for the control pool. */
  workflows?: string;
  /** Releases the resources of the activities: connections and pools. */
  close?: () => Promise<void>;
}

// Activities that finish within the grace time do so. Watching activities are then cancelled, and the next worker
// continues them at once.
const shutdownGraceTime = '5 seconds';
const shutdownForceTime = '20 seconds';

/**
 * Run one pool's worker until a signal asks it to stop. It then takes no new work and gives running activities a
 * grace time.
 *
 * @param open builds the adapters and activities; called after Temporal has answered
 */
export async function runWorker(
  config: Config,
  pool: Pool,
  open: (connection: NativeConnection) => Promise<WorkerParts>,
): Promise<void> {
  const log = openLogger(config, pool);
  Runtime.install({
    logger: temporalLogger(log, config.logLevel),
    telemetryOptions: { logging: { filter: { core: 'WARN', other: 'WARN' }, forward: {} } },
  });
  const attendance = await attend(config, pool, log);
  const connection = await connect(config, log);
  const stopping = signalled();
  let worker: Worker | undefined;
  const report = reportTo(process, () => worker, attendance.detail);
  try {
    const parts = await open(connection);
    try {
      while (!stopping.aborted) {
        await attendance.right(stopping);
        worker = await Worker.create({
          connection,
          namespace: config.temporal.namespace,
          taskQueue: TaskQueue[pool],
          activities: parts.activities,
          interceptors: activityInterceptors,
          maxConcurrentActivityTaskExecutions: config.workerConcurrency ?? parts.concurrency,
          shutdownGraceTime,
          shutdownForceTime,
          ...(parts.workflows ? { workflowBundle: { codePath: parts.workflows } } : {}),
        });
        log.info({ queue: TaskQueue[pool], temporal: config.temporal.address }, 'worker is running');
        const { running, forget } = untilOff(worker, attendance);
        await running.finally(forget);
        worker = undefined;
        if (!attendance.isOff()) break;
      }
    } catch (error) {
      if (!stopping.aborted) throw error;
    } finally {
      await parts.close?.();
    }
  } finally {
    report.stop();
    await attendance.close();
    await connection.close();
  }
  log.info('worker has stopped');
}

/** Runs a worker, and stops it when the clock of this process is off. */
function untilOff(worker: Worker, { whenOff }: Pick<ClockWatch, 'whenOff'>) {
  const running = worker.run();
  const forget = whenOff(() => {
    if (worker.getState() === 'RUNNING') worker.shutdown();
  });
  return { running, forget };
}

/** Aborts when a signal asks this process to end. The SDK ends a running worker by itself. */
function signalled(): AbortSignal {
  const stopping = new AbortController();
  for (const name of ['SIGINT', 'SIGTERM', 'SIGQUIT'] as const)
    process.once(name, () => stopping.abort(new Error(`ended by ${name}`)));
  return stopping.signal;
}
