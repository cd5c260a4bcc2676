import { z } from 'zod';

/** A value that is not empty. */
export const text = z.string().min(1);

/** Names that are separated by commas. */
export const nameList = (value: string | undefined): string[] =>
  (value ?? '')
    .split(',')
    .map((name) => name.trim())
    .filter((name) => name !== '');

/** A variable that is `true` or `false`. */
export const flag = z
  .enum(['true', 'false'], { error: '"true" or "false"' })
  .transform((value) => value === 'true');

const numberIn = (form: RegExp, rule: string, { least, most }: { least: number; most: number }) =>
  z.string(rule).regex(form, rule).transform(Number).pipe(z.number(rule).min(least, rule).max(most, rule));

/** A whole number in plain digits. Hexadecimal numbers and blanks, which JavaScript would read too, are refused. */
export const digits = (rule: string, { least = 1, most = Number.MAX_SAFE_INTEGER } = {}) =>
  numberIn(/^\d+$/, rule, { least, most });

/** A number in digits, with or without decimals. */
export const decimal = (rule: string, { least = 0, most = Number.MAX_SAFE_INTEGER } = {}) =>
  numberIn(/^\d+(\.\d+)?$/, rule, { least, most });
