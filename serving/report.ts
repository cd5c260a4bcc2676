import type { GatewayReport } from '../contracts/release.js';
import type { Log, ReportSink } from './ports.js';
import type { Routing } from './routing/follow-routes.js';

/** Model name of a report without a model. It shows that the gateway is alive, even before it serves a model. */
export const ALIVE = '*';

/**
 * Write the gateway's report every `everyMs`. If the database is away, the next attempt follows and serving goes on.
 */
export function reportRoutes(
  { gateway, routing, sink, log }: { gateway: string; routing: Routing; sink: ReportSink; log: Log },
  everyMs: number,
): { stop(): Promise<void> } {
  let timer: NodeJS.Timeout | undefined;
  let stopped = false;
  let down = false;
  let current = report();

  function reports(): Omit<GatewayReport, 'at'>[] {
    const alive = {
      gateway,
      model: ALIVE,
      observedGeneration: 0,
      problem: null,
      refusedGeneration: null,
      arms: [],
    };
    return [
      alive,
      ...routing.models().map(([model, routes]) => ({
        gateway,
        model,
        observedGeneration: routes.observed?.generation ?? 0,
        problem: routes.problem,
        refusedGeneration: routes.refusedGeneration,
        arms: routes.served?.arms() ?? [],
      })),
    ];
  }

  async function report(): Promise<void> {
    try {
      await sink.write(reports());
      if (down) log.info({}, 'reports are written again');
      down = false;
    } catch (error) {
      if (!down) log.warn({ error: String(error) }, 'reports cannot be written');
      down = true;
    }
    if (!stopped) timer = setTimeout(() => void (current = report()), everyMs);
  }

  return {
    stop: async () => {
      stopped = true;
      clearTimeout(timer);
      await current;
      await sink.forget(gateway).catch(() => undefined);
    },
  };
}
