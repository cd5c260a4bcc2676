import { MainspringError } from '../operations/errors.js';

/** Options without a value, of all commands. */
export const FLAGS: readonly string[] = [
  'all',
  'deep',
  'dry-run',
  'follow',
  'f',
  'json',
  'open',
  'help',
  'h',
];

/** `dryRun` as people write it: yargs takes both. */
const dashed = (name: string): string => name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);

/**
 * Yargs takes every value of a flag but `true` for false, so that `--dry-run=yes` would not be dry.
 *
 * @throws MainspringError `usage` for a flag with another value than `true` and `false`
 */
export function refuseFlagValues(args: readonly string[]): void {
  const end = args.indexOf('--');
  for (const arg of end === -1 ? args : args.slice(0, end)) {
    const [, dashes = '', name = '', value = ''] = /^(--?)(?:no-)?([A-Za-z-]+)=(.*)$/s.exec(arg) ?? [];
    if (!FLAGS.includes(dashed(name)) || value === 'true' || value === 'false') continue;
    throw new MainspringError(
      'usage',
      `${dashes}${name} is ${JSON.stringify(value)}, allowed: no value, true or false`,
      `Leave the value out: ${dashes}${name}`,
    );
  }
}
