import { setTimeout as sleep } from 'node:timers/promises';
import { type Client, type WorkflowHandle, WorkflowUpdateFailedError } from '@temporalio/client';
import { failureIn } from '../../../contracts/failures.js';
import type { UpdateDefinition } from '../../../contracts/messages.js';
import { MainspringError } from '../../../operations/errors.js';
import { UpdateRefused } from '../../../operations/ports/workflows.js';

/** An Update needs a live worker; longer than this means that there is none. */
const UPDATE_DEADLINE_MS = 15_000;

/** Code of gRPC with which the server refuses an Update while the workflow's task is failing. It is tried again at once. */
const FAILED_PRECONDITION = 9;
const BETWEEN_TRIES_MS = 500;

const isTaskFailing = (error: unknown): boolean => {
  for (let at = error; at instanceof Error; at = at.cause)
    if ('code' in at && at.code === FAILED_PRECONDITION) return true;
  return false;
};

/**
 * Send an Update and wait for its answer.
 *
 * @throws UpdateRefused with the rule that it breaks; MainspringError `unreachable` when no worker answers in time – the
 * Update may still be taken then
 */
export async function updateWithin<T, A>(
  client: Client,
  handle: WorkflowHandle,
  update: UpdateDefinition<T, [A]>,
  argument: A,
): Promise<T> {
  const abort = new AbortController();
  const late = sleep(UPDATE_DEADLINE_MS, 'late' as const, { signal: abort.signal }).catch(
    () => 'late' as const,
  );
  try {
    const send = async (): Promise<T> => {
      for (;;)
        try {
          return await handle.executeUpdate<T, [A]>(update.name, { args: [argument] });
        } catch (error) {
          if (!isTaskFailing(error) || abort.signal.aborted) throw error;
          await sleep(BETWEEN_TRIES_MS);
        }
    };
    const answer = client.connection.withAbortSignal(abort.signal, send);
    answer.catch(() => undefined);
    const first = await Promise.race([answer.then((value) => ({ value })), late]);
    if (first !== 'late') return first.value;
    throw new MainspringError(
      'unreachable',
      `no worker answered for ${handle.workflowId} within ${UPDATE_DEADLINE_MS / 1_000} s`,
      'Start the workers (`mainspring up`), look whether it was taken after all, and try again.',
    );
  } catch (error) {
    if (error instanceof WorkflowUpdateFailedError)
      throw new UpdateRefused(error.cause?.message ?? error.message, failureIn(error)?.remedy, {
        cause: error,
      });
    throw error;
  } finally {
    abort.abort();
  }
}
