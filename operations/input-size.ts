/** Values of an input, entries and fields at every level together. A model with 5,000 features stays well below. */
export const MAX_VALUES = 20_000;

/** Levels of an input. A model file has fewer than ten. */
export const MAX_DEPTH = 32;

/**
 * Why an input is too large to be checked at all; undefined when it is not. Every value that is checked costs time during
 * which nobody else is answered. The look itself ends at the limit.
 */
export function sizeFault(input: unknown, most = MAX_VALUES): string | undefined {
  let level: unknown[] = [input];
  let seen = 0;
  for (let depth = 0; level.length > 0; depth += 1) {
    if (depth > MAX_DEPTH) return `is nested more than ${MAX_DEPTH} levels deep`;
    const next: unknown[] = [];
    for (const value of level) {
      if (typeof value !== 'object' || value === null) continue;
      seen += Array.isArray(value) ? value.length : Object.keys(value).length;
      if (seen > most) return `has more than ${most} values`;
      next.push(...(Object.values(value) as unknown[]));
    }
    level = next;
  }
  return undefined;
}
