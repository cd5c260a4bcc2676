import { Context } from '@temporalio/activity';

/** Well inside the 30 seconds after which a silent activity counts as lost. */
const HEARTBEAT_MS = 5_000;

/**
 * Heartbeat from a timer while `work` runs, so that one long statement does not look like a lost worker. The signal
 * that `work` gets is aborted when the activity is cancelled, timed out or its worker shuts down.
 *
 * @param detail what each heartbeat says
 */
export async function whileHeartbeating<T>(
  work: (signal: AbortSignal) => Promise<T>,
  detail: () => unknown = () => undefined,
): Promise<T> {
  const context = Context.current();
  const timer = setInterval(() => context.heartbeat(detail()), HEARTBEAT_MS);
  try {
    context.cancellationSignal.throwIfAborted();
    return await work(context.cancellationSignal);
  } finally {
    clearInterval(timer);
  }
}
