import type { Data } from '../../contracts/spec/data.js';

/**
 * The source that a check means when it names none: the only one, else the only one with a time column. Never the first:
 * the order of keys does not survive a spec's digest. Empty when it is not clear.
 */
export function defaultSource(sources: Data['sources']): string {
  const names = Object.keys(sources);
  const timed = names.filter((name) => sources[name]?.time !== undefined);
  const [only, ...others] = names.length === 1 ? names : timed;
  return only !== undefined && others.length === 0 ? only : '';
}

/** The source that a check of the raw data looks at. */
export const sourceOf = (check: { source?: string | undefined }, sources: Data['sources']): string =>
  check.source ?? defaultSource(sources);
