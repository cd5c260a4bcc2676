import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { ReaperInput, type ReaperReport } from '../../contracts/reaper.js';
import { TaskQueue } from '../../contracts/task-queues.js';
import { MainspringError } from '../errors.js';
import type { Services } from '../services/services.js';

/** A look takes a second or two; longer than this no worker is there. */
const LOOK_MS = 20_000;
/** Jobs get their grace, one after the other. */
const PASS = '1 hour';

/**
 * Let the reaper look now, beside its schedule. It acts on what it has seen before, as ever.
 *
 * @param dryRun only look: what it would do
 * @throws MainspringError `unreachable` when no worker answers
 */
export async function reap(
  services: Services,
  { dryRun = false }: { dryRun?: boolean } = {},
): Promise<ReaperReport> {
  const { client } = await services.temporal();
  const { everyMs: _, ...times } = services.config.reaper;
  const handle = await client.workflow.start<(input: ReaperInput) => Promise<ReaperReport>>('reaper', {
    workflowId: `reaper/${dryRun ? 'look' : 'by-hand'}-${randomUUID().slice(0, 8)}`,
    taskQueue: TaskQueue.control,
    args: [ReaperInput.parse({ ...times, dryRun })],
    workflowExecutionTimeout: dryRun ? LOOK_MS : PASS,
    staticSummary: dryRun ? 'A look at all jobs' : 'Jobs that nobody waits for',
  });
  if (!dryRun) return handle.result();
  const stopWaiting = new AbortController();
  const late = sleep(LOOK_MS, undefined, { signal: stopWaiting.signal }).then(
    () => undefined,
    () => undefined,
  );
  try {
    const report = await Promise.race([handle.result(), late]);
    if (report) return report;
  } catch (error) {
    throw new MainspringError(
      'unreachable',
      `the reaper could not look: ${error instanceof Error && error.cause instanceof Error ? error.cause.message : String(error)}`,
      'It needs a control and a training worker: `mainspring doctor` says what is down.',
      undefined,
      { cause: error },
    );
  } finally {
    stopWaiting.abort();
  }
  throw new MainspringError(
    'unreachable',
    `no worker of the pools control and training answered within ${LOOK_MS / 1_000} s`,
    'Start them with `mainspring up`; `mainspring doctor` says what is down.',
  );
}
