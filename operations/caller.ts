import type { Role } from '../contracts/spec/charter.js';
import { badLine } from '../contracts/primitives/text.js';
import { MainspringError } from './errors.js';

/** The user of an operation, with the proof of the name and the roles. Operations record it. */
export interface Caller {
  /** Empty if nobody was named. */
  name: string;
  /** `asserted`: the caller states the name, and nothing proves it. */
  proof: 'asserted';
  roles: readonly Role[];
}

/** HTTP header in which a client asserts its name, percent-encoded. */
export const CALLER_HEADER = 'mainspring-caller';

const MAX_NAME_CHARS = 200;

/**
 * Creates the caller of an operation. It is the only function that does so; a proof of the name, once there is one,
 * is checked here.
 *
 * @throws MainspringError `usage` for a name that cannot be recorded
 */
export function toCaller(said: { name?: string | undefined }): Caller {
  const name = (said.name ?? '').trim();
  if (name.length > MAX_NAME_CHARS || badLine(name) !== undefined)
    throw new MainspringError(
      'usage',
      `the caller's name is ${JSON.stringify(name.slice(0, 40))}, allowed: up to ${MAX_NAME_CHARS} characters, none of them a control character`,
      'Name yourself as your colleagues know you, e.g. "maya".',
    );
  return { name, proof: 'asserted', roles: [] };
}

/**
 * The name to record: the name in the input, otherwise the caller's.
 *
 * @throws MainspringError `usage` if nobody is named
 */
export function actor(caller: Caller, by: string | undefined): string {
  const name = by ?? caller.name;
  if (name !== '') return name;
  throw new MainspringError(
    'usage',
    'by is missing: this operation records who acts',
    'Pass `by`, or connect with `{ user }`; on the command line: --by NAME or MAINSPRING_USER.',
  );
}
