import { AwaitObservedInput, type Observation } from '../../contracts/deployment.js';
import { parseOrFail } from '../../contracts/failures.js';
import type { GatewayReport } from '../../contracts/release.js';
import type { ServingControl } from '../ports/serving-control.js';
import { poll } from './poll.js';

/** The gateways' reports about one generation of routes, summarised. */
export function observe(
  { live, reports }: { live: readonly string[]; reports: readonly GatewayReport[] },
  generation: number,
): Observation {
  if (live.length === 0)
    return {
      state: 'unreachable',
      why: 'no gateway has reported in the last 5 s: start one, or see why it cannot reach the database',
    };
  const reportOf = (gateway: string) => reports.find((report) => report.gateway === gateway);
  for (const gateway of live) {
    const report = reportOf(gateway);
    if (report?.refusedGeneration === generation)
      return { state: 'refused', why: `gateway ${gateway}: ${report.problem}` };
  }
  const behind = live.filter((gateway) => (reportOf(gateway)?.observedGeneration ?? 0) < generation);
  if (behind.length === 0)
    return {
      state: 'observed',
      why: `${live.length} of ${live.length} gateways serve generation ${generation}`,
    };
  const troubles = behind.map((gateway) => reportOf(gateway)?.problem).filter((problem) => problem);
  return {
    state: 'waiting',
    why: [
      `${live.length - behind.length} of ${live.length} gateways serve generation ${generation}; waiting for ${behind.join(', ')}`,
      ...troubles,
    ].join(': '),
  };
}

/**
 * Wait until every live gateway serves a generation of routes, one refuses it, or there is news for the operator.
 *
 * Reads only. Heartbeats four times a second; nothing to resume.
 *
 * @throws MainspringFailure `InvalidInput` (never retried)
 */
export function makeAwaitObserved({ serving }: { serving: Pick<ServingControl, 'reports'> }) {
  return async function awaitObserved(input: AwaitObservedInput): Promise<Observation> {
    const { model, generation, known, patienceMs } = parseOrFail(AwaitObservedInput, input);
    return poll(async () => observe(await serving.reports(model), generation), {
      worthTelling: ({ state, why }) => state === 'observed' || state === 'refused' || why !== known,
      patienceMs,
    });
  };
}
