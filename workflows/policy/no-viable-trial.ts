import type { Trial } from '../../contracts/training.js';

/** Longest line of one trial's reason, in the leaderboard and in the failure of the study. */
const LINE_CHARS = 300;
const bounded = (line: string): string =>
  line.length <= LINE_CHARS ? line : `${line.slice(0, LINE_CHARS - 1)}…`;

/** What is kept of the failure of a training job: what happened and what to do, each bounded, without its log. */
export const trialReason = (message: string): string =>
  message.split('\n').slice(0, 2).map(bounded).join('\n');

/**
 * Why a study has no winner: each cause once, with its trials and its remedy.
 *
 * @param trials those that are known; of very many, the first
 * @param failed how many there are
 */
export function noViableTrial(
  title: string,
  trials: Pick<Trial, 'trial' | 'reason'>[],
  failed = trials.length,
): string {
  const causes = new Map<string, { failed: number[]; log: string | undefined }>();
  for (const { trial, reason } of trials) {
    const [what = '', remedy = ''] = (reason ?? 'unknown').split('\n');
    // Neither the trial's name nor its log is part of the cause: equal ones are said once.
    const [todo = '', log] = remedy.split(/ ?Its whole log: /);
    const cause = [what.replace(/^\S+\/trial-\d+ /, ''), todo].filter(Boolean).join('\n  ');
    const known = causes.get(cause) ?? { failed: [], log };
    known.failed.push(trial);
    causes.set(cause, known);
  }
  const lines = [...causes].map(
    ([cause, { failed: those, log }]) =>
      `- trial ${those.join(', ')}: ${cause}${log ? ` One log: ${log}` : ''}`,
  );
  return `all ${failed} trials of ${title} failed:\n${lines.join('\n')}\nMend the cause, then start a new run.`;
}
