import { MainspringError } from '../../operations/errors.js';

/** Options that take a number. Yargs passes them on as text, because it would take 0x10, 1e3 and ' 5 ' for numbers. */

const WHOLE = /^-?\d+$/;
const DECIMAL = /^-?\d+(\.\d+)?$/;

/** The text of an option, a list of texts if the option was given several times, or its default. */
type Typed = string | string[] | number | undefined;

interface Rule {
  form: RegExp;
  least: number;
  most: number;
  allowed: string;
  /** The option with a good value, as people write it. */
  example: string;
}

/** @throws MainspringError `usage` for a value that breaks the rule */
function parse(option: string, typed: Typed, { form, least, most, allowed, example }: Rule): number {
  const value = typeof typed === 'string' && form.test(typed) ? Number(typed) : typed;
  if (typeof value === 'number' && value >= least && value <= most) return value;
  throw new MainspringError(
    'usage',
    `${option} is ${JSON.stringify(typed)}, allowed: ${allowed}`,
    `For example: ${example}`,
  );
}

interface Bounds {
  describe: string;
  /** Default: 1. */
  least?: number;
  /** Default: as large as a number is exact. */
  most?: number;
  example?: number;
}

function wholeIn(
  name: string,
  typed: Typed,
  { least = 1, most = Number.MAX_SAFE_INTEGER, example = least + 9 }: Bounds,
): number {
  const bounds = most === Number.MAX_SAFE_INTEGER ? `at least ${least}` : `${least} to ${most}`;
  return parse(`--${name}`, typed, {
    form: WHOLE,
    least,
    most,
    allowed: `one whole number in digits, ${bounds}`,
    example: `--${name} ${example}`,
  });
}

/** Option for a whole number. The check runs before the command, so that all commands refuse a wrong one alike. */
export const wholeNumber = (name: string, bounds: Bounds) =>
  ({
    type: 'string',
    requiresArg: true,
    describe: bounds.describe,
    coerce: (typed: Typed) => (typed === undefined ? undefined : wholeIn(name, typed, bounds)),
  }) as const;

/** Option for a whole number that must be there. */
export const neededWholeNumber = (name: string, bounds: Bounds) =>
  ({
    ...wholeNumber(name, bounds),
    demandOption: true,
    coerce: (typed: Typed) => wholeIn(name, typed, bounds),
  }) as const;

/** Option for the most entries of a list. */
export const limitOption = (standard: number, describe: string) =>
  ({ ...neededWholeNumber('limit', { describe }), demandOption: false, default: standard }) as const;

/**
 * The number in a text, from 0 on.
 *
 * @param example the option with a good value, as people write it
 * @throws MainspringError `usage`
 */
export const amountIn = (option: string, typed: Typed, example: string): number =>
  parse(option, typed, {
    form: DECIMAL,
    least: 0,
    most: Number.MAX_VALUE,
    allowed: 'one number in digits, at least 0',
    example,
  });

/** Option for a number from 0 on. */
export const amount = (name: string, describe: string, example: number) =>
  ({
    type: 'string',
    requiresArg: true,
    describe,
    coerce: (typed: Typed) =>
      typed === undefined ? undefined : amountIn(`--${name}`, typed, `--${name} ${example}`),
  }) as const;
