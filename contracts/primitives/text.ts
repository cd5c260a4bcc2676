import { z } from 'zod';

const HALF_PAIR = /\p{Surrogate}/u;
/** All control characters but newline and tab. */
const CONTROL = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f]/u;

/**
 * Why a text cannot be stored and shown everywhere; undefined if it can. PostgreSQL takes no NUL and no half of a surrogate
 * pair, and a control character changes what a terminal shows.
 */
export function badText(text: string): string | undefined {
  if (HALF_PAIR.test(text)) return 'has half of a surrogate pair, which is no character';
  const code = CONTROL.exec(text)?.[0].codePointAt(0);
  if (code === undefined) return undefined;
  if (code === 0) return 'has a NUL character';
  return `has the control character U+${code.toString(16).toUpperCase().padStart(4, '0')}`;
}

/** As `badText`, for a name or an id: newline and tab are faults too. */
export function badLine(text: string): string | undefined {
  if (text.includes('\n')) return 'has a line break';
  return text.includes('\t') ? 'has a tab' : badText(text);
}

export const textRule = (most: number, least = 1): string =>
  `text of ${least} to ${most} characters, without control characters`;

/** A text of a person or a program, of `least` (default 1) to `most` characters. Newline and tab are allowed. */
export const text = (most: number, least = 1) => {
  const rule = textRule(most, least);
  return z
    .string(rule)
    .min(least, rule)
    .max(most, rule)
    .refine((value) => badText(value) === undefined, rule);
};
