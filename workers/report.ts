import type { Worker } from '@temporalio/worker';

const everyMs = 1_000;

type Reported = Pick<Worker, 'getState' | 'getStatus'>;

/**
 * Report the worker's state to its supervisor, if there is one. The supervisor may die at any time without
 * disturbing the worker.
 *
 * @param worker the worker of this moment; undefined while none runs
 * @param detail the reason why no worker runs, in words
 */
export function reportTo(
  channel: NodeJS.Process,
  worker: () => Reported | undefined,
  detail: () => string = () => '',
): { stop: () => void } {
  const tell = (): void => {
    if (!channel.connected) return;
    const now = worker();
    const { numInFlightActivities: activities = 0, numCachedWorkflows: workflows = 0 } =
      now?.getStatus() ?? {};
    const state = now?.getState() ?? (detail() === '' ? 'STARTING' : 'WAITING');
    channel.send?.(
      { state, activities, workflows, detail: detail() },
      undefined,
      undefined,
      () => undefined, // the channel may close while we write
    );
  };
  const timer = setInterval(tell, everyMs);
  setImmediate(tell); // as soon as it polls
  return {
    stop: () => {
      clearInterval(timer);
      if (channel.connected) channel.disconnect?.();
    },
  };
}
