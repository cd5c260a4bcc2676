import { Context } from '@temporalio/activity';
import { whileHeartbeating } from '../heartbeat.js';

export interface KeepAlive {
  /** Set the phase that the heartbeat reports. */
  phase(name: string): void;
  /** @throws CancelledFailure once the activity was cancelled or lost */
  check(): void;
  /** Aborted once the activity was cancelled or lost. */
  readonly signal: AbortSignal;
}

/** Heartbeat while `work` runs. The details of the heartbeat are the current phase. */
export function withKeepAlive<T>(work: (alive: KeepAlive) => Promise<T>): Promise<T> {
  let current = 'starting';
  return whileHeartbeating(
    (signal) => {
      const check = () => signal.throwIfAborted();
      return work({
        check,
        signal,
        phase: (name) => {
          check();
          current = name;
          Context.current().heartbeat({ phase: name });
        },
      });
    },
    () => ({ phase: current }),
  );
}
