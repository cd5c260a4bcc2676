import type { CanaryEvidence } from '../../contracts/release.js';
import type { ReleaseSpec } from '../../contracts/spec/release.js';
import { durationMs, fractionOf } from '../../contracts/spec/units.js';
import { percent } from '../../contracts/figures.js';

export interface CanaryVerdict {
  verdict: 'wait' | 'pass' | 'breach';
  /** One sentence with the figures. */
  why: string;
}

/** Scores that both versions gave before their difference is judged; fewer when the canary itself is smaller. */
const MIN_COMPARED = 100;

const ms = (figure: number): string => `${Number(figure.toFixed(1))} ms`;
const seconds = (figure: number): string => `${Math.ceil(figure / 1_000)} s`;

/** The figures as people read them. */
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
 * Judge the candidate's arm. Errors are judged from the first on: when too many have failed for the smallest sample that
 * could end the canary, more requests cannot mend it. Latency and scores need the sample.
 *
 * @param clock.elapsedMs since the canary began
 * @param clock.leftMs until the canary must have ended
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
 * How long to look away, milliseconds: errors end the wait by themselves, and a canary of weeks must not fill the history
 * (at most 2,000 looks a canary).
 */
export function nextLookMs(
  canary: ReleaseSpec['canary'],
  clock: { elapsedMs: number; leftMs: number },
): number {
  const slice = Math.max(1_000, durationMs(canary.maxTime) / 2_000);
  const untilMinTime = durationMs(canary.minTime) - clock.elapsedMs;
  return Math.ceil(Math.max(0, Math.min(slice, clock.leftMs, untilMinTime > 0 ? untilMinTime : Infinity)));
}
