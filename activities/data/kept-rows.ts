import { column } from '../../contracts/checks/sql.js';
import { quoted } from '../../contracts/sql-text.js';
import type { RowCheck } from './row-checks.js';

/** @param order all columns of the source */
const keeps = ({ counting }: RowCheck, order: readonly string[]): string =>
  counting.by === 'key'
    ? `row_number() OVER (PARTITION BY ${counting.key.map(column).join(', ')} ORDER BY ${order.map(column).join(', ')}) = 1`
    : `coalesce(NOT (${counting.fails}), true)`;

const isKey = ({ counting }: RowCheck): boolean => counting.by === 'key';

/**
 * SELECT of the rows of a source that fail none of the checks. Of rows with equal keys the
 * smallest by all columns stays.
 *
 * @param order all columns of the source
 */
export function keptRows(source: string, checks: readonly RowCheck[], order: readonly string[]): string {
  const conditions = (wanted: readonly RowCheck[], clause: 'WHERE' | 'QUALIFY'): string =>
    wanted.length === 0 ? '' : `${clause} ${wanted.map((check) => `(${keeps(check, order)})`).join(' AND ')}`;
  const rows = checks.filter((check) => !isKey(check));
  return `SELECT s.* FROM ${quoted(source)} AS s ${conditions(rows, 'WHERE')} ${conditions(checks.filter(isKey), 'QUALIFY')}`;
}
