import type { NativeConnection } from '@temporalio/worker';
import { Runtime, Worker } from '@temporalio/worker';
import { type Pool, TaskQueue } from '../contracts/task-queues.js';
import type { Config } from '../infra/config.js';
import { connect } from './connect.js';
import { openLogger, temporalLogger } from './logger.js';
import { reportTo } from './report.js';

export interface WorkerParts {
  activities: object;
  /** Activities at once, when the configuration says nothing. */
  concurrency: number;
  /** Path of the bundled workflows; only the control pool has one. */
  workflows?: string;
  /** Release what the activities hold: connections, pools. */
  close?: () => Promise<void>;
}

// Activities that end in this time do so; those that watch are then told, and the next worker takes them up at once.
const shutdownGraceTime = '5 seconds';
const shutdownForceTime = '20 seconds';

/**
 * One pool's worker until a signal asks it to stop: no new work, running activities get a grace time, then it ends.
 *
 * @param open builds the adapters and activities, after Temporal answered
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
  const connection = await connect(config, log);
  try {
    const parts = await open(connection);
    try {
      const worker = await Worker.create({
        connection,
        namespace: config.temporal.namespace,
        taskQueue: TaskQueue[pool],
        activities: parts.activities,
        maxConcurrentActivityTaskExecutions: config.workerConcurrency ?? parts.concurrency,
        shutdownGraceTime,
        shutdownForceTime,
        ...(parts.workflows ? { workflowBundle: { codePath: parts.workflows } } : {}),
      });
      const report = reportTo(process, worker);
      log.info({ queue: TaskQueue[pool], temporal: config.temporal.address }, 'worker is running');
      try {
        await worker.run();
      } finally {
        report.stop();
      }
    } finally {
      await parts.close?.();
    }
  } finally {
    await connection.close();
  }
  log.info('worker has stopped');
}
