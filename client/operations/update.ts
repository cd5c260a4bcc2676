import { setTimeout as sleep } from 'node:timers/promises';
import type { WorkflowHandle } from '@temporalio/client';
import type { UpdateDefinition } from '@temporalio/common';
import { MainspringError } from '../errors.js';
import type { Temporal } from '../services/temporal.js';

/** An Update needs a live worker; longer than this means that there is none. */
const UPDATE_DEADLINE_MS = 15_000;

/**
 * Send an Update and wait for its answer.
 *
 * @throws MainspringError `unreachable` when no worker answers in time; the Update then may still be taken
 */
export async function updateWithin<T, A>(
  { client }: Temporal,
  handle: WorkflowHandle,
  update: UpdateDefinition<T, [A]>,
  argument: A,
): Promise<T> {
  const abort = new AbortController();
  const late = sleep(UPDATE_DEADLINE_MS, 'late' as const, { signal: abort.signal }).catch(
    () => 'late' as const,
  );
  try {
    const answer = client.connection.withAbortSignal(abort.signal, () =>
      handle.executeUpdate(update, { args: [argument] as [A] }),
    );
    answer.catch(() => undefined);
    const first = await Promise.race([answer.then((value) => ({ value })), late]);
    if (first !== 'late') return first.value;
    throw new MainspringError(
      'unreachable',
      `no worker answered for ${handle.workflowId} within ${UPDATE_DEADLINE_MS / 1_000} s`,
      'Start the workers (`mainspring up`), look whether it was taken after all, and try again.',
    );
  } finally {
    abort.abort();
  }
}
