/** A value that JSON cannot carry, and its place. */
export interface LostValue {
  path: (string | number)[];
  /** The value as people write it, e.g. `Infinity`. */
  shown: string;
}

/**
 * The first value, at any depth, that JSON would lose, or carry as null: a number that is not finite, a BigInt, a function, a
 * symbol, or a gap in a list. A field that is undefined counts as left out.
 */
export function lostInJson(value: unknown, path: (string | number)[] = []): LostValue | undefined {
  switch (typeof value) {
    case 'number':
      return Number.isFinite(value) ? undefined : { path, shown: String(value) };
    case 'bigint':
    case 'symbol':
      return { path, shown: String(value) };
    case 'function':
      return { path, shown: 'a function' };
    case 'object':
      break;
    default:
      return undefined;
  }
  const isList = Array.isArray(value);
  for (const [part, inner] of isList ? value.entries() : Object.entries(value ?? {})) {
    const place = [...path, part];
    const lost =
      isList && inner === undefined ? { path: place, shown: 'undefined' } : lostInJson(inner, place);
    if (lost) return lost;
  }
  return undefined;
}
