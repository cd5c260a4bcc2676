import type { ValidationResult } from '../../contracts/data.js';

/** Most reasons named in a message; the report contains all of them. */
const MAX_REASONS = 3;

/** Message about rejected data: the reasons, and the address of the evidence. */
export function dataRejection(what: string, { checks, report, failingRows }: ValidationResult): string {
  const failed = checks.filter(({ verdict }) => verdict === 'fail');
  const reasons = failed.slice(0, MAX_REASONS).map(({ check, message }) => `${check}: ${message}`);
  const more = failed.length > MAX_REASONS ? [`and ${failed.length - MAX_REASONS} more`] : [];
  const evidence = `report ${report.uri}${failingRows ? `, failing rows ${failingRows.uri}` : ''}`;
  return `${what} rejected – ${[...reasons, ...more].join('; ')} (${evidence})`;
}

/** Number of rows that a validation sets aside. A row with two faults counts once where the rows that are left are known. */
export const setAsideIn = ({ rows, checks, kept }: ValidationResult): number =>
  kept
    ? rows - kept.rows
    : checks.filter(({ verdict }) => verdict === 'quarantine').reduce((sum, { failing }) => sum + failing, 0);

/** One line of figures about a successful validation. */
export function dataAccepted(result: ValidationResult): string {
  const { rows, checks } = result;
  const of = (verdict: string) => checks.filter((check) => check.verdict === verdict);
  const aside = setAsideIn(result);
  return [
    `${rows.toLocaleString('en')} rows, ${checks.length} checks`,
    ...(aside > 0 ? [`${aside.toLocaleString('en')} rows set aside`] : []),
    ...(of('warn').length > 0 ? [`${of('warn').length} warnings`] : []),
  ].join(', ');
}
