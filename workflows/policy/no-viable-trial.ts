import { failureIn } from '../../contracts/failures.js';
import type { Trial } from '../../contracts/training.js';
import { rootMessage } from './root-message.js';

/** Longest line of one trial's reason, in the leaderboard and in the failure of the study. */
const LINE_CHARS = 300;
const bounded = (line: string): string =>
  line.length <= LINE_CHARS ? line : `${line.slice(0, LINE_CHARS - 1)}…`;

/** The part of a training job's failure that is kept: its message and its remedy, a line each, shortened, without the log. */
export function trialReason(error: unknown): string {
  const [message = '', ...others] = rootMessage(error).split('\n');
  const remedy = failureIn(error)?.remedy ?? others[0];
  return [message, ...(remedy === undefined ? [] : [remedy])].map(bounded).join('\n');
}

/**
 * Why a study has no winner: each cause once, with its trials and its remedy.
 *
 * @param trials the known trials; of very many, the first ones
 * @param failed number of failed trials
 */
export function noViableTrial(
  title: string,
  trials: Pick<Trial, 'trial' | 'reason'>[],
  failed = trials.length,
): string {
  const causes = new Map<string, { failed: number[]; log: string | undefined }>();
  for (const { trial, reason } of trials) {
    const [what = '', remedy = ''] = (reason ?? 'unknown').split('\n');
    // The trial's name and log are removed from the cause, so that equal causes are listed once.
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
  return `all ${failed} trials of ${title} failed:\n${lines.join('\n')}`;
}
