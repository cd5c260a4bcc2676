import { Context } from '@temporalio/activity';

export interface KeepAlive {
  /** Name what is being done: it is the heartbeat's detail. */
  phase(name: string): void;
  /** @throws CancelledFailure once the activity was cancelled or lost */
  check(): void;
}

/** A heartbeat every few seconds from a timer, well inside the proxy's 30 s, while `work` runs. */
export async function withKeepAlive<T>(work: (alive: KeepAlive) => Promise<T>): Promise<T> {
  const context = Context.current();
  let current = 'starting';
  const timer = setInterval(() => context.heartbeat({ phase: current }), 5_000);
  try {
    return await work({
      phase: (name) => {
        context.cancellationSignal.throwIfAborted();
        current = name;
        context.heartbeat({ phase: name });
      },
      check: () => context.cancellationSignal.throwIfAborted(),
    });
  } finally {
    clearInterval(timer);
  }
}
