import { lostInJson } from '../../contracts/primitives/lost-in-json.js';
import { sizeFault } from '../../operations/input-size.js';
import type { Path } from '../../operations/spec/path.js';

/** A value of a module that JSON would drop or change. */
export interface ModuleFault {
  path: Path;
  message: string;
  remedy: string;
}

const PLAIN = 'Write plain objects, lists, texts, finite numbers, true and false.';

/** True for an object that JSON carries with all its fields: its prototype is the root of all objects, or none. */
function isPlain(value: object): boolean {
  if (Array.isArray(value) || 'toJSON' in value) return true;
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === null || Object.getPrototypeOf(prototype) === null;
}

/** The path of the first object that is no plain one, such as a Map, or one that was written with `__proto__`. */
function unplainIn(value: unknown, path: Path = []): Path | undefined {
  if (typeof value !== 'object' || value === null) return undefined;
  if (!isPlain(value)) return path;
  const entries = Array.isArray(value) ? [...(value as unknown[]).entries()] : Object.entries(value);
  for (const [part, inner] of entries) {
    const found = unplainIn(inner, [...path, part]);
    if (found) return found;
  }
  return undefined;
}

/** The fault of the default export of a module; undefined if JSON carries all of it. */
export function moduleFault(value: unknown): ModuleFault | undefined {
  // An object that contains itself has no end, and is too deep.
  const tooLarge = sizeFault(value);
  if (tooLarge !== undefined)
    return { path: [], message: `the model ${tooLarge}`, remedy: 'Declare less in one model.' };
  const unplain = unplainIn(value);
  if (unplain !== undefined)
    return { path: unplain, message: 'is no plain object, and JSON would lose a part of it', remedy: PLAIN };
  const lost = lostInJson(value);
  return lost && { path: lost.path, message: `is ${lost.shown}, which JSON cannot carry`, remedy: PLAIN };
}
