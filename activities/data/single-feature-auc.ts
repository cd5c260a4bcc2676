import type { SqlSession } from '../ports/sql-engine.js';
import { literal, quoted } from './sql-text.js';

/**
 * How well each feature alone tells the label: the area under its ROC curve by the rank statistic, ties at half, turned to
 * be at least 0.5. Null when one class has no value. One statement for all; `rows` names a view with column `label` of 0/1.
 */
export async function singleFeatureAuc(
  session: SqlSession,
  rows: string,
  features: string[],
): Promise<Record<string, number | null>> {
  const each = features.map((name) => {
    const value = quoted(name);
    return `SELECT ${literal(name)} AS feature, sum(p * (before + n / 2.0)) / nullif(sum(p)::DOUBLE * sum(n), 0) AS auc
      FROM (SELECT p, n, sum(n) OVER (ORDER BY v ROWS UNBOUNDED PRECEDING) - n AS before FROM (
        SELECT ${value}::DOUBLE AS v, count(*) FILTER (label = 1) AS p, count(*) FILTER (label = 0) AS n
        FROM ${rows} WHERE ${value} IS NOT NULL AND label IS NOT NULL GROUP BY 1))`;
  });
  const found = await session.rows(each.join('\nUNION ALL\n'));
  return Object.fromEntries(
    found.map(({ feature, auc }) => [
      String(feature),
      auc === null ? null : Math.max(Number(auc), 1 - Number(auc)),
    ]),
  );
}
