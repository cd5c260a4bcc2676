import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Context } from '@temporalio/activity';
import { Client, Connection } from '@temporalio/client';
import { DefaultLogger, NativeConnection, Runtime, Worker, bundleWorkflowCode } from '@temporalio/worker';
import { studyId } from '../contracts/ids.js';
import { TaskQueue } from '../contracts/task-queues.js';
import { freePort } from '../infra/dev/ports.js';
import { startTemporal } from '../infra/dev/servers/temporal.js';
import { ensureTools } from '../infra/dev/tools.js';
import { aStudy } from '../test/support/training/a-study.js';
import { aJob, fakeTraining, succeeds } from '../test/support/training/fake-activities.js';
import type { Bench } from './bench.js';
import { round } from './study/world.js';

const WIDTH = 1_000;

/** Holds all callers until the last one has arrived, so that all are in flight at once. */
function barrier(width: number) {
  let open: () => void = () => {};
  const all = new Promise<void>((resolve) => (open = resolve));
  const startedAt = performance.now();
  let there = 0;
  let seconds = NaN;
  return {
    arrive: async (): Promise<void> => {
      there += 1;
      if (there === width) {
        seconds = (performance.now() - startedAt) / 1_000;
        open();
      }
      await all;
    },
    seconds: () => seconds,
  };
}

/** Heartbeats while it waits, as the real activity does. */
async function alive(work: () => Promise<void>): Promise<'ended'> {
  const ctx = Context.current();
  const timer = setInterval(() => ctx.heartbeat(), 3_000);
  await work().finally(() => clearInterval(timer));
  return 'ended';
}

export const bench: Bench = {
  name: 'fan-out-1000',
  summary: `${WIDTH} trials in flight at once, as children of a study, against one workflow with ${WIDTH} activities; the jobs do nothing`,
  run: async (print) => {
    const folder = await mkdtemp(join(tmpdir(), 'mainspring-bench-'));
    const bin = await ensureTools(process.env);
    const [port, uiPort] = await Promise.all([freePort(), freePort()]);
    const server = await startTemporal({
      dataDir: join(folder, 'temporal'),
      logFile: join(folder, 'temporal.log'),
      env: process.env,
      bin,
      port,
      uiPort,
      namespaces: ['default'],
      forTests: false,
    });
    try {
      const logger = new DefaultLogger('ERROR');
      Runtime.install({ logger });
      const { address } = server;
      const [connection, native, workflowBundle] = await Promise.all([
        Connection.connect({ address }),
        NativeConnection.connect({ address }),
        bundleWorkflowCode({
          workflowsPath: fileURLToPath(new URL('fan-out/workflows.ts', import.meta.url)),
          // As in the control pool's bundle.
          preloadModules: ['zod'],
          logger,
        }),
      ]);
      const client = new Client({ connection });
      let gate = barrier(1);
      const fake = fakeTraining({
        collect: () => succeeds(),
        watch: () => alive(() => gate.arrive()),
      });
      const worker = (taskQueue: string) =>
        Worker.create({
          connection: native,
          taskQueue,
          activities: fake.activities,
          maxConcurrentActivityTaskExecutions: WIDTH,
          ...(taskQueue === TaskQueue.control ? { workflowBundle } : {}),
        });
      const workers = await Promise.all([worker(TaskQueue.control), worker(TaskQueue.training)]);
      const working = Promise.all(workers.map((one) => one.run()));
      const timed = async (width: number, work: () => Promise<unknown>) => {
        gate = barrier(width);
        const from = performance.now();
        await work();
        return { inFlight: gate.seconds(), over: (performance.now() - from) / 1_000 };
      };
      const study = (run: string, trials: number) => () =>
        client.workflow.execute('study', {
          workflowId: studyId('tiny', run),
          taskQueue: TaskQueue.control,
          args: [aStudy({ trials, parallel: trials }, { run })],
        });
      try {
        await timed(10, study('warm', 10));
        const ours = await timed(WIDTH, study('wide', WIDTH));
        const theirs = await timed(WIDTH, () =>
          client.workflow.execute('flat', {
            workflowId: 'flat',
            taskQueue: TaskQueue.control,
            args: [Array.from({ length: WIDTH }, (_, n) => aJob('flat', { intent: `tiny/flat/trial-${n}` }))],
          }),
        );
        print({
          bench: 'fan-out-1000',
          ratio: round(ours.over / theirs.over),
          studyInFlightSeconds: round(ours.inFlight),
          studySeconds: round(ours.over),
          flatInFlightSeconds: round(theirs.inFlight),
          flatSeconds: round(theirs.over),
        });
      } finally {
        for (const one of workers) one.shutdown();
        await working;
        await Promise.all([connection.close(), native.close()]);
      }
    } finally {
      await server.stop();
      await rm(folder, { recursive: true, force: true });
    }
  },
};
