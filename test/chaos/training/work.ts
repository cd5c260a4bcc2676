import type { Spend } from '../../../contracts/training.js';
import type { Evidence } from '../evidence.js';
import { type Violation, groupBy } from '../invariants.js';

/** The stores' record of the work of attempts. Times in ms since the epoch. */
export interface WorkEvidence extends Pick<Evidence, 'jobs' | 'claims' | 'jobKills'> {
  /** Job key → creation time of the newest checkpoint that a later attempt resumed from. */
  resumed: Record<string, number>;
  /** Job key → creation time of its result. */
  results: Record<string, number>;
  /** Outages of the object store, in which nothing could become valid. */
  outages: { from: number; to: number }[];
}

export interface Work {
  jobKey: string;
  intent: string;
  billedSeconds: number;
  /** Time from the claim to the last valid checkpoint or result. */
  usefulSeconds: number;
  /**
   * Longest time that may have been paid twice: one checkpoint interval, and the time that billing cannot observe.
   */
  allowedSeconds: number;
}

const overlap = (from: number, to: number, outages: WorkEvidence['outages']): number =>
  outages.reduce(
    (sum, outage) => sum + Math.max(0, Math.min(to, outage.to) - Math.max(from, outage.from)),
    0,
  );

const wall = (spend: Spend | null): number => spend?.wallSeconds ?? 0;

/**
 * The billed and the useful time of each attempt.
 *
 * @param intervalMs time between two valid checkpoints
 * @param slackMs time that a killed process may be billed after its last sign of life
 */
export function workOf(
  { jobs, claims, resumed, results, outages }: WorkEvidence,
  { intervalMs, slackMs }: { intervalMs: number; slackMs: number },
): Work[] {
  return jobs.flatMap(({ jobKey, intent, spend }) => {
    const claim = claims[jobKey];
    if (!claim) return [];
    const began = Date.parse(claim.at);
    const counted = results[jobKey] ?? resumed[jobKey] ?? began;
    const billedSeconds = wall(spend);
    return [
      {
        jobKey,
        intent,
        billedSeconds,
        usefulSeconds: Math.max(0, counted - began) / 1_000,
        allowedSeconds:
          (intervalMs + slackMs + overlap(began, began + billedSeconds * 1_000, outages)) / 1_000,
      },
    ];
  });
}

/** Work is paid twice only if a process was killed, and then at most one checkpoint interval of it. */
export function workIsPaidOnce(evidence: WorkEvidence, work: Work[]): Violation[] {
  return [...groupBy(work, ({ intent }) => intent)].flatMap(([intent, attempts]) => {
    const lostWork = attempts.filter(({ jobKey }) => evidence.results[jobKey] === undefined);
    const kills = evidence.jobKills[intent] ?? 0;
    return [
      ...(lostWork.length > kills
        ? [
            {
              kind: 'doubled' as const,
              what: `${intent}: ${lostWork.length} attempts gave no result, ${kills} were killed`,
            },
          ]
        : []),
      ...attempts
        .filter(
          ({ billedSeconds, usefulSeconds, allowedSeconds }) =>
            billedSeconds - usefulSeconds > allowedSeconds,
        )
        .map(({ jobKey, billedSeconds, usefulSeconds, allowedSeconds }) => ({
          kind: 'doubled' as const,
          what: `${jobKey} was billed ${billedSeconds.toFixed(1)} s, of use were ${usefulSeconds.toFixed(1)} s; at most ${allowedSeconds.toFixed(1)} s may be lost`,
        })),
    ];
  });
}
