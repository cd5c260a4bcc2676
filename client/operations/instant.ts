import { MainspringError } from '../errors.js';

/** A date or an instant with a zone; a time without a zone would mean another instant on every machine. */
export function toInstant(text: string): string {
  const isDate = /^\d{4}-\d{2}-\d{2}$/.test(text);
  const isInstant = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(:\d{2}(\.\d+)?)?(Z|[+-]\d{2}:\d{2})$/.test(text);
  const at = new Date(text);
  if ((isDate || isInstant) && !Number.isNaN(at.getTime())) return at.toISOString();
  throw new MainspringError(
    'usage',
    `"${text}" is not an instant`,
    'Write a date (2001-02-01, midnight UTC) or an instant with its zone (2001-02-01T06:00:00Z).',
  );
}
