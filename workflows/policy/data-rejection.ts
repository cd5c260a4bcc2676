import type { ValidationResult } from '../../contracts/data.js';

/** Reasons that a message names; the report has them all. */
const MAX_REASONS = 3;

/** Why data are rejected, where the evidence lies, and what to do. */
export function dataRejection(what: string, { checks, report, failingRows }: ValidationResult): string {
  const failed = checks.filter(({ verdict }) => verdict === 'fail');
  const reasons = failed.slice(0, MAX_REASONS).map(({ check, message }) => `${check}: ${message}`);
  const more = failed.length > MAX_REASONS ? [`and ${failed.length - MAX_REASONS} more`] : [];
  const evidence = `report ${report.uri}${failingRows ? `, failing rows ${failingRows.uri}` : ''}`;
  return `${what} rejected – ${[...reasons, ...more].join('; ')}. Correct the data and start again, or change the check in data.checks (${evidence})`;
}

/** One line of figures about a validation that passed. */
export function dataAccepted({ rows, checks }: ValidationResult): string {
  const of = (verdict: string) => checks.filter((check) => check.verdict === verdict);
  const aside = of('quarantine').reduce((sum, { failing }) => sum + failing, 0);
  return [
    `${rows.toLocaleString('en')} rows, ${checks.length} checks`,
    ...(aside > 0 ? [`${aside.toLocaleString('en')} rows set aside`] : []),
    ...(of('warn').length > 0 ? [`${of('warn').length} warnings`] : []),
  ].join(', ');
}
