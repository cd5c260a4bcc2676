import type { Spend } from '../../../contracts/training.js';
import type { Evidence } from '../evidence.js';
import { type Violation, groupBy } from '../invariants.js';

/** What the stores say of the work of attempts. Times in ms since the epoch. */
export interface WorkEvidence extends Pick<Evidence, 'jobs' | 'claims' | 'jobKills'> {
  /** Job key → when the newest of its checkpoints was made that a later attempt went on from. */
  resumed: Record<string, number>;
  /** Job key → when its result was made. */
  results: Record<string, number>;
  /** When the object store was away: nothing could count then. */
  outages: { from: number; to: number }[];
}

export interface Work {
  jobKey: string;
  intent: string;
  billedSeconds: number;
  /** From its claim to the last thing of it that counted. */
  usefulSeconds: number;
  /** The most that may have been paid twice: one checkpoint interval, and what billing cannot see. */
  allowedSeconds: number;
}

const overlap = (from: number, to: number, outages: WorkEvidence['outages']): number =>
  outages.reduce(
    (sum, outage) => sum + Math.max(0, Math.min(to, outage.to) - Math.max(from, outage.from)),
    0,
  );

const wall = (spend: Spend | null): number => spend?.wallSeconds ?? 0;

/**
 * What each attempt was billed, and how much of it was of use.
 *
 * @param intervalMs between two checkpoints that count
 * @param slackMs what a killed process may be billed after its last sign of life
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

/** Work is paid twice only where a process was killed, and then at most one checkpoint interval of it. */
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
