import type { SpecFault } from '../checks/define-check.js';
import { durationMs } from '../primitives/duration.js';
import { fractionOf } from '../primitives/share.js';
import { problemTypes } from '../problems/index.js';
import type { ModelSpec } from './model-spec.js';

/** Canaries that can only end in a rollback, and guardrails that nothing can pass. */
export function releaseFaults({ charter, release }: ModelSpec): SpecFault[] {
  const { canary, guardrails } = release;
  const found: SpecFault[] = [];
  if (fractionOf(canary.share) === 0 && canary.minRequests > 0)
    found.push({
      path: ['release', 'canary', 'share'],
      message: `${canary.share} of the traffic is none, and minRequests is ${canary.minRequests}: every release is rolled back after maxTime (${canary.maxTime})`,
      remedy: 'Raise the share, e.g. 10%, or set minRequests to 0 for a release without a canary.',
    });
  if (durationMs(canary.minTime) > durationMs(canary.maxTime))
    found.push({
      path: ['release', 'canary', 'minTime'],
      message: `${canary.minTime} is longer than maxTime (${canary.maxTime}): every release is rolled back`,
      remedy: 'Make minTime shorter, or maxTime longer.',
    });
  const { shift } = problemTypes[charter.problem];
  if (!shift.inDeviations && guardrails.scoreShift > 1)
    found.push({
      path: ['release', 'guardrails', 'scoreShift'],
      message: `${guardrails.scoreShift}: score differences of ${charter.problem} lie from 0 to 1, so that none is above it`,
      remedy: 'Choose at most 1, e.g. 0.1.',
    });
  return found;
}
