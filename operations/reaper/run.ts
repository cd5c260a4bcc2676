import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { z } from 'zod';
import { ReaperInput, ReaperReport } from '../../contracts/reaper.js';
import { MainspringError } from '../errors.js';
import { defineOperation } from '../operation.js';
import type { Services } from '../ports/services.js';
import { whileWanted } from '../while-wanted.js';

/** Longest wait for a dry run. It takes a second or two if a worker is running. */
const LOOK_MS = 20_000;
/** Longest duration of a pass. It ends jobs one after the other, and gives each its grace time. */
const PASS_MS = 3_600_000;

/**
 * Run the reaper now, in addition to its schedule. It acts only on jobs that it has seen in an earlier pass, long
 * enough ago.
 *
 * @throws MainspringError `unreachable` if no worker answers
 */
export async function reap(
  services: Services,
  { dryRun }: { dryRun: boolean },
  signal: AbortSignal,
): Promise<ReaperReport> {
  const workflows = await services.workflows();
  const id = `reaper/${dryRun ? 'look' : 'by-hand'}-${randomUUID().slice(0, 8)}`;
  await workflows.start({
    type: 'reaper',
    id,
    input: ReaperInput.parse({ ...services.settings.reaper, dryRun }),
    timeoutMs: dryRun ? LOOK_MS : PASS_MS,
    summary: dryRun ? 'A look at all jobs' : 'Jobs that nobody waits for',
  });
  const result = workflows.result(id) as Promise<ReaperReport>;
  if (!dryRun) return whileWanted(result, signal);
  result.catch(() => undefined);
  const stopWaiting = new AbortController();
  const late = sleep(LOOK_MS, undefined, { signal: stopWaiting.signal }).then(
    () => undefined,
    () => undefined,
  );
  try {
    const report = await Promise.race([result, late]);
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

export const run = defineOperation({
  name: 'reaper.run',
  summary: 'Run the reaper now, which ends jobs without an owner',
  who: 'operator',
  effect: 'write',
  input: z.strictObject({
    dryRun: z.boolean().default(false).describe('True: only report what it would do. Default: false.'),
  }),
  output: ReaperReport,
  http: { method: 'POST', path: '/v1/reaper/passes' },
  run: (services, input, _caller, signal) => reap(services, input, signal),
});
