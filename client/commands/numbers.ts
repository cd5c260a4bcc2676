import { MainspringError } from '../errors.js';

/** A number that is left out, or one that stands behind an option without being one: yargs makes NaN of `abc`. */
type Typed = number | undefined;

const wrong = (option: string, value: number, allowed: string, example: number): MainspringError =>
  new MainspringError(
    'usage',
    `--${option} is ${Number.isNaN(value) ? 'not a number' : value}, allowed: ${allowed}`,
    `For example: --${option} ${example}`,
  );

/** @throws MainspringError `usage` unless it is left out or a whole number from `least` to `most` */
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

/** @throws MainspringError `usage` unless it is left out or a number from 0 on */
export function amount(option: string, value: Typed, example: number): void {
  if (value === undefined || (Number.isFinite(value) && value >= 0)) return;
  throw wrong(option, value, 'a number, at least 0', example);
}

/** Option of every command that shows at most so many. */
export const limitOption = (standard: number, describe: string) =>
  ({
    type: 'number',
    default: standard,
    requiresArg: true,
    describe,
    // Runs before the command, so that every command with a limit refuses the same.
    coerce: (limit: number): number => {
      wholeNumber('limit', limit);
      return limit;
    },
  }) as const;
