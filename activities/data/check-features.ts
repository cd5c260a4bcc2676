import { join } from 'node:path';
import { count, percent } from '../../contracts/checks/words.js';
import type { CheckResult, Windows } from '../../contracts/data.js';
import { problemOf } from '../../contracts/problems/index.js';
import type { ModelSpec } from '../../contracts/spec/model-spec.js';
import { quoted } from '../../contracts/sql-text.js';
import type { SqlSession } from '../ports/sql-engine.js';
import { type CheckOutcome, QUARANTINE_MAX_SHARE, resultsOf, rowResult } from './check-result.js';
import { declaredFeatureChecks } from './declared-feature-checks.js';
import { exampleRows } from './example-rows.js';
import type { FeatureProfile } from './feature-profile.js';
import { featureStrengths, measureOf } from './feature-strength.js';
import { labelChecks, labelFigures } from './label-figures.js';
import { labelsOf } from './label-sql.js';
import { FEATURES, featureFaults, ownFeatureRowChecks } from './own-feature-checks.js';
import { keptRows } from './kept-rows.js';
import { copyTo, parquet } from './parquet-sql.js';
import { profile } from './profile.js';
import type { RowCheck } from './row-checks.js';
import { isString } from '../../contracts/sql-types.js';
import { textProfiles } from './text-profile.js';

export interface FeaturesChecked {
  checks: CheckResult[];
  /** Row checks that failed for at least one row, for the sample. */
  failing: RowCheck[];
  /** Parquet file of the rows that are left, in the order of all columns. Undefined if no row failed. */
  kept: string | undefined;
  rows: number;
  columns: Record<string, FeatureProfile>;
  /** Name of the measure of strength, for the report. */
  measure: string;
}

/**
 * Replaces the `finite` results of all features by one result if all features are finite. A line for each feature
 * would hide other results.
 */
function foldFinite(results: CheckResult[], rows: number): CheckResult[] {
  const finite = results.filter(({ kind }) => kind === 'finite');
  if (finite.some(({ verdict }) => verdict !== 'pass')) return results;
  const about = { kind: 'finite', check: 'finite', source: FEATURES, rows };
  const all = resultsOf([
    { ...about, ok: true, onFail: 'stop', message: 'no feature is infinite, NaN or too large' },
  ]);
  return [...results.filter((result) => !finite.includes(result)), ...all];
}

/** A fault if several checks together set aside more than one may. A single check says so itself. */
function manySetAside(rows: number, kept: number, failed: readonly RowCheck[]): CheckOutcome[] {
  const share = rows === 0 ? 0 : (rows - kept) / rows;
  if (failed.length < 2 || share <= QUARANTINE_MAX_SHARE) return [];
  const message = `${count(rows - kept)} of ${count(rows)} rows (${percent(share)}) fail one of ${failed.length} checks; at most ${percent(QUARANTINE_MAX_SHARE)} may be set aside`;
  return [
    {
      kind: 'setAside',
      check: 'setAside',
      source: FEATURES,
      ok: false,
      onFail: 'stop',
      message,
      rows,
      failing: rows - kept,
    },
  ];
}

/** View of the feature rows without those that are set aside. */
const KEPT = 'kept';

/**
 * Runs all checks of the feature table, which is the view `features`.
 *
 * @param setsAside false if a row that would be set aside stops instead
 */
export async function checkFeatures(
  session: SqlSession,
  spec: ModelSpec,
  {
    windows,
    columns: types,
    folder,
    setsAside,
  }: { windows: Windows; columns: Record<string, string>; folder: string; setsAside: boolean },
): Promise<FeaturesChecked> {
  const { data, features } = spec;
  const problem = problemOf(spec);
  const labels = labelsOf(problem, data.label.column, types[data.label.column]);
  const typed = Object.fromEntries(features.set.map((name) => [name, types[name] ?? '']));
  const rowChecks = ownFeatureRowChecks(spec, { problem, labels, types }, setsAside ? 'quarantine' : 'stop');
  // The walled statement wrote the rows sorted by all columns.
  const { rows, columns, failing } = await profile(
    session,
    { source: FEATURES, time: data.time, ordered: true },
    rowChecks,
  );
  const failed = rowChecks.filter(({ id }) => (failing[id] ?? 0) > 0);
  const kept = failed.length === 0 ? undefined : join(folder, 'kept.parquet');
  // In a file, because every statement from here on would look for the same rows again.
  if (kept !== undefined)
    await session.run(copyTo(kept, `${keptRows(FEATURES, failed, Object.keys(types))} ORDER BY ALL`));
  await session.run(`CREATE VIEW ${KEPT} AS SELECT * FROM ${kept === undefined ? FEATURES : parquet(kept)}`);
  const [left] = await session.rows(`SELECT count(*) AS rows FROM ${KEPT}`);
  const { asOf, train } = windows;
  const found = await labelFigures(session, spec, { view: KEPT, problem, labels, asOf, train });
  await session.run(
    `CREATE VIEW labelled AS SELECT ${[...new Set([...features.set, data.id])].map(quoted).join(', ')},
      ${labels.encoded} AS label FROM ${KEPT} AS s`,
  );
  const measure = measureOf(problem);
  const strengths = await featureStrengths(
    session,
    { view: 'labelled', id: data.id, features: typed },
    problem,
  );
  const texts = await textProfiles(
    session,
    KEPT,
    features.set.filter((name) => isString(typed[name]) || typed[name] === 'BOOLEAN'),
  );
  const profiles = Object.fromEntries(
    Object.entries(columns).map(([name, column]): [string, FeatureProfile] => {
      const strength = strengths.find(({ feature }) => feature === name)?.strength ?? null;
      const text = texts[name];
      return [name, { ...column, ...(text ? { text } : {}), ...(strength === null ? {} : { strength }) }];
    }),
  );
  const examples = await exampleRows(session, data.id, failed);
  const figures = { labelled: found.labelled, positiveShare: found.mean, strengths, measure };
  const rowResults = rowChecks.map((check) =>
    rowResult(check, failing[check.id] ?? NaN, rows, examples.get(check.id)),
  );
  return {
    checks: [
      ...resultsOf([
        ...labelChecks(spec, problem, found, rows),
        ...declaredFeatureChecks(data.checks, problem, figures, rows),
      ]),
      ...foldFinite(rowResults, rows),
      ...resultsOf(manySetAside(rows, Number(left?.['rows']), failed)),
      ...resultsOf(featureFaults(features.set, profiles, rows)),
    ],
    failing: failed,
    kept,
    rows,
    columns: profiles,
    measure,
  };
}
