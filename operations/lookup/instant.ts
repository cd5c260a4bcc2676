import { INSTANT_RULE, readInstant } from '../../contracts/primitives/instant.js';
import { isNotAhead } from '../../contracts/primitives/is-not-ahead.js';
import { visible } from '../../contracts/primitives/visible.js';
import { MainspringError } from '../errors.js';

/** The instant of a date, which begins at midnight UTC, or of a time with a zone. */
export function toInstant(text: string): string {
  const instant = readInstant(/^\d{4}-\d{2}-\d{2}$/.test(text) ? `${text}T00:00:00Z` : text);
  if (instant !== undefined) return instant;
  throw new MainspringError(
    'usage',
    `"${visible(text)}" is not an instant`,
    `Write a date (2001-02-01, midnight UTC), or ${INSTANT_RULE}.`,
  );
}

/** An instant of event time, as `toInstant`. It is refused when it lies ahead of now: workflows would ignore it. */
export function toEventTime(text: string): string {
  const instant = toInstant(text);
  if (isNotAhead(instant, Date.now())) return instant;
  throw new MainspringError(
    'usage',
    `${instant} lies more than a day ahead of now`,
    'Event time lies in the past: correct the year, or the clock of this machine.',
  );
}
