import type { CanaryEvidence } from '../../contracts/release.js';
import type { ReleaseSpec } from '../../contracts/spec/release.js';
import { durationMs } from '../../contracts/primitives/duration.js';
import { fractionOf } from '../../contracts/primitives/share.js';
import { percent } from '../../contracts/figures.js';

export interface CanaryVerdict {
  verdict: 'wait' | 'pass' | 'breach';
  /** One sentence with the figures. */
  why: string;
}

/**
 * Number of requests scored by both versions from which their score difference is judged. Smaller if the canary
 * itself is smaller.
 */
const MIN_COMPARED = 100;

const ms = (figure: number): string => `${Number(figure.toFixed(1))} ms`;
const seconds = (figure: number): string => `${Math.ceil(figure / 1_000)} s`;

/** The figures of a canary, formatted for people. */
export const canaryFigures = (evidence: CanaryEvidence): string =>
  [
    `${evidence.requests} requests`,
    `${evidence.errors} errors`,
    `p99 ${ms(evidence.latencyP99Ms)}`,
    evidence.compared === 0
      ? 'no scores compared'
      : `mean score difference ${evidence.meanAbsoluteDifference.toFixed(4)} over ${evidence.compared}`,
  ].join(', ');

/**
 * Judge the candidate's arm. Errors are judged from the first request: once more have failed than the smallest
 * decisive sample allows, further requests cannot compensate. Latency and scores are judged when the sample is
 * complete.
 *
 * @param clock.elapsedMs time since the canary began
 * @param clock.leftMs time until the canary must have ended
 */
export function judgeCanary(
  { canary, guardrails }: Pick<ReleaseSpec, 'canary' | 'guardrails'>,
  evidence: CanaryEvidence,
  clock: { elapsedMs: number; leftMs: number },
): CanaryVerdict {
  const { requests, errors, compared } = evidence;
  const figures = canaryFigures(evidence);
  const allowed = fractionOf(guardrails.errorRate);
  const sample = Math.max(requests, canary.minRequests);
  if (errors > allowed * sample)
    return {
      verdict: 'breach',
      why: `errors ${percent(errors / Math.max(1, requests))} above ${percent(allowed)}: ${figures}`,
    };

  if (requests >= canary.minRequests && requests > 0) {
    if (evidence.latencyP99Ms > guardrails.latencyP99Ms)
      return {
        verdict: 'breach',
        why: `latency p99 ${ms(evidence.latencyP99Ms)} above ${ms(guardrails.latencyP99Ms)}: ${figures}`,
      };
    if (compared > 0 && evidence.meanAbsoluteDifference > guardrails.scoreShift)
      return {
        verdict: 'breach',
        why: `mean score difference ${evidence.meanAbsoluteDifference.toFixed(4)} above ${guardrails.scoreShift}: ${figures}`,
      };
  }

  const lacking = [
    requests < canary.minRequests && `${canary.minRequests - requests} more requests`,
    compared < Math.min(MIN_COMPARED, canary.minRequests) && 'scores to compare',
    clock.elapsedMs < durationMs(canary.minTime) &&
      `${seconds(durationMs(canary.minTime) - clock.elapsedMs)} of minTime`,
  ].filter((lack) => lack !== false);
  if (lacking.length === 0) return { verdict: 'pass', why: `within all guardrails: ${figures}` };
  if (clock.leftMs <= 0)
    return {
      verdict: 'breach',
      why: `canary.maxTime of ${canary.maxTime} is over and it still lacks ${lacking.join(' and ')}: ${figures}`,
    };
  return { verdict: 'wait', why: `waits for ${lacking.join(' and ')}: ${figures}` };
}

/**
 * Milliseconds until the next look. Errors end the wait at once. The interval limits a canary to 2,000 looks, so
 * that weeks do not fill the history.
 */
export function nextLookMs(
  canary: ReleaseSpec['canary'],
  clock: { elapsedMs: number; leftMs: number },
): number {
  const slice = Math.max(1_000, durationMs(canary.maxTime) / 2_000);
  const untilMinTime = durationMs(canary.minTime) - clock.elapsedMs;
  return Math.ceil(Math.max(0, Math.min(slice, clock.leftMs, untilMinTime > 0 ? untilMinTime : Infinity)));
}
