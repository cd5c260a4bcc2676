import { WatchCanaryInput } from '../../contracts/deployment.js';
import { parseOrFail } from '../../contracts/failures.js';
import type { CanaryEvidence, GatewayReport } from '../../contracts/release.js';
import type { ServingControl } from '../ports/serving-control.js';
import { poll } from './poll.js';

/**
 * The candidate's arm over all gateways. The slowest gateway's p99 stands for all, because quantiles cannot be
 * added.
 */
export function gather(
  reports: readonly GatewayReport[],
  { version, generation }: { version: number; generation: number },
): CanaryEvidence {
  const arms = reports
    .filter((report) => report.observedGeneration >= generation)
    .flatMap((report) => report.arms)
    .filter((arm) => arm.arm === 'candidate' && arm.version === version);
  const sum = (of: (arm: (typeof arms)[number]) => number) => arms.reduce((total, arm) => total + of(arm), 0);
  const compared = sum((arm) => arm.compared);
  return {
    requests: sum((arm) => arm.requests),
    errors: sum((arm) => arm.errors),
    latencyP99Ms: Math.max(0, ...arms.map((arm) => arm.latencyP99Ms)),
    compared,
    meanAbsoluteDifference:
      compared === 0 ? 0 : sum((arm) => arm.compared * arm.meanAbsoluteDifference) / compared,
  };
}

/**
 * Return the evidence of a canary: at once if there are new errors or enough requests, else when the patience ends.
 *
 * Reads only. Heartbeats four times a second; nothing to resume.
 *
 * @throws MainspringFailure `InvalidInput` (never retried)
 */
export function makeWatchCanary({ serving }: { serving: Pick<ServingControl, 'reports'> }) {
  return async function watchCanary(input: WatchCanaryInput): Promise<CanaryEvidence> {
    const { model, version, generation, wantedRequests, knownErrors, patienceMs } = parseOrFail(
      WatchCanaryInput,
      input,
    );
    return poll(async () => gather((await serving.reports(model)).reports, { version, generation }), {
      worthTelling: ({ requests, errors }) => errors > knownErrors || requests >= wantedRequests,
      patienceMs,
    });
  };
}
