import { badText } from './text.js';

export interface TextFault {
  /** Names of fields and indices of lists. A name that is itself the fault is the last one. */
  path: (string | number)[];
  /** The fault in words, e.g. "has a NUL character". */
  fault: string;
}

/**
 * The first text of a value, at any depth, that cannot be stored and shown everywhere: a value or the name of a field. The look
 * takes time in proportion to the size of the value, so a door bounds the size first.
 */
export function badTextIn(value: unknown, path: (string | number)[] = []): TextFault | undefined {
  if (typeof value === 'string') {
    const fault = badText(value);
    return fault === undefined ? undefined : { path, fault };
  }
  if (typeof value !== 'object' || value === null) return undefined;
  if (Array.isArray(value)) return firstOf(value.entries(), path);
  for (const name of Object.keys(value)) {
    const fault = badText(name);
    if (fault !== undefined) return { path: [...path, name], fault: `its name ${fault}` };
  }
  return firstOf(Object.entries(value), path);
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
