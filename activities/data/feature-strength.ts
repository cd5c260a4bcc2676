import type { FeatureStrength } from '../../contracts/checks/define-check.js';
import type { Problem } from '../../contracts/problems/index.js';
import { literal, quoted } from '../../contracts/sql-text.js';
import type { SqlSession } from '../ports/sql-engine.js';
import { isString } from '../../contracts/sql-types.js';

/** Number of folds for encoding text. The rows of a fold are encoded by the labels of the other folds. */
const FOLDS = 5;

/** A view with the features and the column `label`, encoded as in the split tables. */
export interface LabelledRows {
  view: string;
  /** Column whose hash assigns a row to a fold. */
  id: string;
  /** DuckDB types of the features, in their order. */
  features: Record<string, string>;
}

/** FROM and expressions that compute `strength` as the area under the ROC curve, for targets 0 and 1. */
const areaUnderCurve = (rows: string): string =>
  `greatest(auc, 1 - auc) AS strength FROM (
    SELECT sum(p * (before + n / 2.0)) / nullif(sum(p)::DOUBLE * sum(n), 0) AS auc FROM (
      SELECT p, n, sum(n) OVER (ORDER BY v ROWS UNBOUNDED PRECEDING) - n AS before FROM (
        SELECT v, count(*) FILTER (y = 1) AS p, count(*) FILTER (y = 0) AS n FROM (${rows}) WHERE v IS NOT NULL GROUP BY 1)))`;

/**
 * FROM and expressions that compute `strength` from the rank correlation, for numeric targets. Ties share their mean
 * rank.
 */
const rankCorrelation = (rows: string): string =>
  `CASE WHEN isfinite(rho) THEN 0.5 + abs(rho) / 2 END AS strength FROM (
    SELECT CASE WHEN count(DISTINCT rv) > 1 AND count(DISTINCT ry) > 1 THEN corr(rv, ry) END AS rho FROM (
      SELECT rank() OVER (ORDER BY v) + count(*) OVER (PARTITION BY v) / 2.0 AS rv,
        rank() OVER (ORDER BY y) + count(*) OVER (PARTITION BY y) / 2.0 AS ry FROM (${rows}) WHERE v IS NOT NULL))`;

/** How the strength of a feature is measured: in words, and the SQL of one pair of feature and target. */
const MEASURES: Record<Problem['type'], { words: string; strength: typeof areaUnderCurve }> = {
  'binary-classification': { words: 'AUC', strength: areaUnderCurve },
  'multiclass-classification': {
    words: 'one-vs-rest AUC (mean over the classes)',
    strength: areaUnderCurve,
  },
  regression: { words: 'rank strength (0.5 + |Spearman’s ρ| / 2)', strength: rankCorrelation },
};

/** How the strength of a feature is measured, in words. */
export const measureOf = (problem: Problem): string => MEASURES[problem.type].words;

/**
 * How well each feature alone predicts the label, from 0.5 (not at all) to 1 (completely). Null if the rows that have
 * both feature and label show no feature value or fewer than two labels.
 *
 * Binary classification: area under the ROC curve by the rank statistic, ties count half. Multiclass: the same for
 * each class against the rest, averaged. Regression: 0.5 + |ρ| / 2 with Spearman's rank correlation ρ. The sign of
 * the relation does not matter. A text counts as the mean label of the rows with the same text in other folds, so a
 * text that occurs once has no strength.
 */
export async function featureStrengths(
  session: SqlSession,
  rows: LabelledRows,
  problem: Problem,
): Promise<FeatureStrength[]> {
  const targets =
    problem.type === 'multiclass-classification'
      ? problem.classes.map((_, index) => `(label = ${index})::DOUBLE`)
      : ['label::DOUBLE'];
  const { strength } = MEASURES[problem.type];
  const statements = Object.entries(rows.features).flatMap(([name, type]) =>
    targets.map(
      (target) => `SELECT ${literal(name)} AS feature, ${strength(pairs(rows, name, type, target))}`,
    ),
  );
  if (statements.length === 0) return [];
  const found = await session.rows(
    `SELECT feature, avg(strength) AS strength FROM (${statements.join('\nUNION ALL\n')}) GROUP BY 1`,
  );
  const strengths = new Map(found.map((row) => [String(row['feature']), row['strength']]));
  return Object.keys(rows.features).map((feature) => {
    const value = strengths.get(feature);
    return { feature, strength: typeof value === 'number' ? value : null };
  });
}

/** SELECT of all rows that have both a feature value and a label: `v` is the feature as a number, `y` the target. */
function pairs({ view, id }: LabelledRows, name: string, type: string, target: string): string {
  const value = quoted(name);
  const both = `FROM ${view} WHERE ${value} IS NOT NULL AND label IS NOT NULL`;
  if (!isString(type)) return `SELECT ${value}::DOUBLE AS v, ${target} AS y ${both}`;
  return `SELECT (sum(y) OVER text - sum(y) OVER own) / nullif(count(y) OVER text - count(y) OVER own, 0) AS v, y
    FROM (SELECT ${value} AS value, hash(${quoted(id)}) % ${FOLDS} AS fold, ${target} AS y ${both})
    WINDOW text AS (PARTITION BY value), own AS (PARTITION BY value, fold)`;
}
