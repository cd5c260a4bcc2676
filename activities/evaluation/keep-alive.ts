import { Context } from '@temporalio/activity';
import { whileHeartbeating } from '../heartbeat.js';

export interface KeepAlive {
  /** Name what is being done: it is the heartbeat's detail. */
  phase(name: string): void;
  /** @throws CancelledFailure once the activity was cancelled or lost */
  check(): void;
}

/** Heartbeat while `work` runs, saying what it does just now. */
export function withKeepAlive<T>(work: (alive: KeepAlive) => Promise<T>): Promise<T> {
  let current = 'starting';
  return whileHeartbeating(
    (signal) => {
      const check = () => signal.throwIfAborted();
      return work({
        check,
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
