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
