const MOST = 100;

/**
 * A value of a request as messages show it: the first characters of its JSON. A value that is nested too deeply for JSON is
 * described instead.
 */
export function shown(value: unknown): string {
  if (value === undefined) return 'missing';
  // JSON has no such numbers, and would show them as null.
  if (typeof value === 'number') return String(value);
  try {
    return String(JSON.stringify(value)).slice(0, MOST);
  } catch {
    return 'a value that is nested too deeply';
  }
}
