import { MainspringError } from '../../operations/errors.js';

/** The value of a number option: undefined if the option is left out, NaN if its text is not a number. */
type Typed = number | undefined;

const wrong = (option: string, value: number, allowed: string, example: number): MainspringError =>
  new MainspringError(
    'usage',
    `--${option} is ${Number.isNaN(value) ? 'not a number' : value}, allowed: ${allowed}`,
    `For example: --${option} ${example}`,
  );

/**
 * @throws MainspringError `usage` for a value that is not a whole number from `least` to `most`. A missing value is
 * allowed.
 */
export function wholeNumber(
  option: string,
  value: Typed,
  least = 1,
  example = least + 9,
  most = Infinity,
): void {
  if (value === undefined || (Number.isInteger(value) && value >= least && value <= most)) return;
  const bounds = most === Infinity ? `at least ${least}` : `${least} to ${most}`;
  throw wrong(option, value, `a whole number, ${bounds}`, example);
}

/** @throws MainspringError `usage` for a value that is not a number from 0 on. A missing value is allowed. */
export function amount(option: string, value: Typed, example: number): void {
  if (value === undefined || (Number.isFinite(value) && value >= 0)) return;
  throw wrong(option, value, 'a number, at least 0', example);
}

/** Option for the most entries of a list. */
export const limitOption = (standard: number, describe: string) =>
  ({
    type: 'number',
    default: standard,
    requiresArg: true,
    describe,
    // Runs before the command, so that all commands refuse a wrong limit in the same way.
    coerce: (limit: number): number => {
      wholeNumber('limit', limit);
      return limit;
    },
  }) as const;
