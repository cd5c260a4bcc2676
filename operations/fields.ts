import { z } from 'zod';
import { text } from '../contracts/primitives/text.js';

/** Input fields that several operations share. Each error text says what is allowed. */

/** A run by `<run>`, `<model>/<run>` or the id of its workflow. */
export const runName = text(200).describe('A run: `<run>`, `<model>/<run>` or the workflow id.');
export const modelName = text(100).describe('Name of a model.');
export const by = text(200)
  .optional()
  .describe('Name of the acting person, for the record. Default: the caller.');
export const reason = text(500).describe('Why, for the record.');

/** A number without a limit of its own ends here. A value that is too low is then told the lower limit only. */
const UNBOUNDED = 1_000_000;

export const wholeNumber = (least: number, most = UNBOUNDED) => {
  const range = `a whole number, ${least} to ${most}`;
  const low = most === UNBOUNDED ? `a whole number, at least ${least}` : range;
  return z.int(range).min(least, low).max(most, range);
};

/** Most entries of a list, the newest or best first. */
export const limit = (standard: number, most = 10_000) =>
  wholeNumber(1, most).default(standard).describe(`Most entries. Default: ${standard}.`);

export const amount = z.number('a number, at least 0').min(0, 'a number, at least 0').max(1e9, 'at most 1e9');

/** A date or an instant, read by `toInstant`. */
export const instantText = text(40).describe(
  'A date (2001-02-01, midnight UTC) or an instant with its zone (2001-02-01T06:00:00Z).',
);

export const intervalMs = wholeNumber(50, 60_000)
  .default(1_000)
  .describe('Milliseconds between two looks. Default: 1000.');
