import type { Worker } from '@temporalio/worker';

const everyMs = 1_000;

/** Tell the supervisor, if one listens, how the worker does. It may be killed at any time: that never disturbs the worker. */
export function reportTo(
  channel: NodeJS.Process,
  worker: Pick<Worker, 'getState' | 'getStatus'>,
): { stop: () => void } {
  const tell = (): void => {
    if (!channel.connected) return;
    const { numInFlightActivities, numCachedWorkflows } = worker.getStatus();
    channel.send?.(
      { state: worker.getState(), activities: numInFlightActivities, workflows: numCachedWorkflows },
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
