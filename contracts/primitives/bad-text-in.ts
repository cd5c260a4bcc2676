import { badText } from './text.js';

export interface TextFault {
  /** Names of fields and indices of lists. A name that is itself the fault is the last one. */
  path: (string | number)[];
  /** The fault in words, e.g. "has a NUL character". */
  fault: string;
  remedy: string;
}

const PLAIN_TEXT = 'Write Unicode text; of the control characters, only newline and tab are taken.';

/** JavaScript takes it for the prototype of an object, so that a program on the way would drop the field. */
const DROPPED = '__proto__';

/**
 * The first text of a value, at any depth, that cannot be stored and shown everywhere: a value or the name of a field. The look
 * takes time in proportion to the size of the value, so a door bounds the size first.
 */
export function badTextIn(value: unknown, path: (string | number)[] = []): TextFault | undefined {
  if (typeof value === 'string') {
    const fault = badText(value);
    return fault === undefined ? undefined : { path, fault, remedy: PLAIN_TEXT };
  }
  if (typeof value !== 'object' || value === null) return undefined;
  if (Array.isArray(value)) return firstOf(value.entries(), path);
  for (const name of Object.keys(value)) {
    const fault = badName(name);
    if (fault !== undefined) return { path: [...path, name], ...fault };
  }
  return firstOf(Object.entries(value), path);
}

function badName(name: string): Omit<TextFault, 'path'> | undefined {
  if (name === DROPPED)
    return { fault: `"${name}" is not allowed as a name`, remedy: 'Give it another name, or take it out.' };
  const fault = badText(name);
  return fault === undefined ? undefined : { fault: `its name ${fault}`, remedy: PLAIN_TEXT };
}

function firstOf(
  entries: Iterable<[string | number, unknown]>,
  path: (string | number)[],
): TextFault | undefined {
  for (const [part, inner] of entries) {
    if (inner === null || (typeof inner !== 'string' && typeof inner !== 'object')) continue;
    const found = badTextIn(inner, [...path, part]);
    if (found) return found;
  }
  return undefined;
}
