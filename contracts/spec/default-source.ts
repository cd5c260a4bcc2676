import type { Data } from './data.js';
import type { DataCheck } from '../checks/data-check.js';
import { namedSource } from '../checks/kind-of.js';

/**
 * The source of a check that names none: the only source, otherwise the only source with a time column. The order of
 * the keys is not used, because it is lost when a spec is digested. Empty if several sources qualify.
 */
export function defaultSource(sources: Data['sources']): string {
  const names = Object.keys(sources);
  const timed = names.filter((name) => sources[name]?.time !== undefined);
  const [only, ...others] = names.length === 1 ? names : timed;
  return only !== undefined && others.length === 0 ? only : '';
}

/** The source that a check of the raw data looks at. Empty if several sources qualify. */
export const sourceOf = (check: DataCheck, sources: Data['sources']): string =>
  namedSource(check) ?? defaultSource(sources);

/** Message for a check whose source is not declared, with the remedy. */
export const unknownSource = (source: string, declared: string[]): string =>
  source === ''
    ? `the check names no source, and several could be meant: add source: ${declared.join(' | ')}`
    : `source ${source} is not declared: name one of ${declared.join(', ')}`;
