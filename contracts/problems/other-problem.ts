import { canonicalJson } from '../digest.js';
import type { Problem } from '../problem.js';

/** Remedy where a model would change its problem. */
export const OTHER_PROBLEM_REMEDY =
  'Start it under another model name, or declare the problem of the champion.';

/**
 * Why a model cannot replace its champion, in words: it answers another problem, so that clients would get answers of two
 * shapes and no figure could be compared. The order of classes and quantiles belongs to the problem.
 *
 * @returns undefined when both answer the same problem
 */
export function otherProblem(
  champion: { version: number; problem: Problem },
  next: Problem,
): string | undefined {
  const [before, after] = [canonicalJson(champion.problem), canonicalJson(next)];
  if (before === after) return undefined;
  return `the model would answer ${after}, but its champion, version ${champion.version}, answers ${before}: clients cannot get answers of two shapes`;
}
