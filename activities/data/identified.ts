/**
 * Gives each check an id of its name and source. Further checks of the same name and source get a number:
 * `notNull(delay)@flights`, `notNull(delay)@flights#2`.
 */
export function identified<T extends { check: string; source: string }>(checks: T[]): (T & { id: string })[] {
  const seen = new Map<string, number>();
  return checks.map((check) => {
    const name = `${check.check}@${check.source}`;
    const times = (seen.get(name) ?? 0) + 1;
    seen.set(name, times);
    return { ...check, id: times === 1 ? name : `${name}#${times}` };
  });
}
