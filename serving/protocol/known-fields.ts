import { badRequest } from '../request-error.js';
import { shown } from './shown.js';

/**
 * Refuses fields that nothing here reads: a misspelt one must not be ignored. Null counts as absent, as everywhere.
 *
 * @param at path of the object in the request, with a dot at its end; empty for the body itself
 * @throws RequestError 400 with the field and the known ones
 */
export function onlyKnown(sent: object, known: readonly string[], at: string): void {
  for (const [field, value] of Object.entries(sent))
    if (value !== null && !known.includes(field))
      throw badRequest(
        `${at}${/^\w{1,100}$/.test(field) ? field : shown(field)} is unknown here, expected ${known.length > 1 ? 'one of ' : ''}${known.join(', ')}`,
      );
}
