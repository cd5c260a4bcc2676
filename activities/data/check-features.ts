import type { CheckResult } from '../../contracts/data.js';
import type { ModelSpec } from '../../contracts/spec/model-spec.js';
import type { SqlSession } from '../ports/sql-engine.js';
import { type ColumnProfile, profile } from './profile.js';
import { PLAIN, type RowCheck } from './row-checks.js';
import { singleFeatureAuc } from './single-feature-auc.js';
import { quoted, timestamp } from './sql-text.js';
import { count, percent, settle, settleRows } from './verdict.js';

/** A feature that alone tells the label this well was probably made from it. */
const SUSPICIOUS_AUC = 0.98;
/** Missing values are fine for a model, so many of them are worth a look. 0–1. */
const MANY_MISSING = 0.2;

export interface FeaturesChecked {
  checks: CheckResult[];
  failing: RowCheck[];
  rows: number;
  columns: Record<string, ColumnProfile & { note?: string }>;
}

const SOURCE = 'features';

/** Checks of rows that hold for every feature table. */
function builtIn({ data }: Pick<ModelSpec, 'data'>, floats: string[]): RowCheck[] {
  const base = {
    source: SOURCE,
    onFail: 'stop' as const,
    allowed: 0,
    ...PLAIN,
  };
  const label = `s.${quoted(data.label.column)}`;
  const present = [data.id, data.time, data.unit, data.label.availableAt].map((name) => ({
    ...base,
    check: `notNull(${name})`,
    columns: [name],
    fault: `have no ${name}`,
    fails: `s.${quoted(name)} IS NULL`,
  }));
  const finite = floats.map((name) => ({
    ...base,
    check: `finite(${name})`,
    columns: [name],
    fault: `have an infinite ${name} or NaN (give NULL for a missing value)`,
    fails: `NOT isfinite(s.${quoted(name)})`,
  }));
  return [
    ...present,
    ...finite,
    {
      ...base,
      check: `label(${data.label.column})`,
      columns: [data.label.column],
      fault: `have a ${data.label.column} other than 0 and 1`,
      fails: `${label}::DOUBLE NOT IN (0, 1)`,
    },
    {
      ...base,
      check: `unique(${data.id})`,
      columns: [data.id],
      fault: `repeat the ${data.id} of another`,
      fails: null,
      key: [data.id],
    },
  ];
}

interface Labels {
  positive: number;
  negative: number;
  missing: number;
}

/** Fail closed: without labels of both classes there is nothing to learn and nothing to judge by. */
function labelChecks({ data }: Pick<ModelSpec, 'data'>, labels: Labels, rows: number): CheckResult[] {
  const { positive, negative, missing } = labels;
  const labelled = positive + negative;
  const { column, availableAt } = data.label;
  const rate = labelled === 0 ? 0 : positive / labelled;
  const results = [
    settle('labelPresent', {
      ok: positive > 0 && negative > 0,
      onFail: 'stop',
      message:
        labelled === 0
          ? `no row has a label "${column}": deliver the labels, nothing can be learnt without`
          : `${count(positive)} rows with label 1 and ${count(negative)} with label 0; both are needed`,
      rows,
    }),
    settle('labelKnown', {
      ok: missing === 0,
      onFail: 'warn',
      message: `${count(missing)} of ${count(rows)} rows have no ${column} although ${availableAt} has passed; they are left out of the split`,
      rows,
      failing: missing,
    }),
  ];
  for (const check of data.checks)
    if ('labelRate' in check) {
      const { min, max } = check.labelRate;
      results.push(
        settle('labelRate', {
          ok: rate >= min && rate <= max,
          onFail: check.onFail,
          message: `${percent(rate)} of ${count(labelled)} labels are 1, allowed ${percent(min)} to ${percent(max)}`,
          rows,
        }),
      );
    }
  return results;
}

function leakageChecks(
  { data }: Pick<ModelSpec, 'data'>,
  aucs: Record<string, number | null>,
  rows: number,
): CheckResult[] {
  const declared = data.checks.flatMap((check) => ('leakage' in check ? [check] : []));
  const rules =
    declared.length > 0
      ? declared
      : [{ leakage: { maxSingleFeatureAuc: SUSPICIOUS_AUC }, onFail: 'warn' as const }];
  return rules.flatMap(({ leakage: { maxSingleFeatureAuc: most }, onFail }) => {
    const ranked = Object.entries(aucs)
      .flatMap(([name, auc]) => (auc === null ? [] : [{ name, auc }]))
      .toSorted((a, b) => b.auc - a.auc);
    const leaking = ranked.filter(({ auc }) => auc > most);
    const say = (ok: boolean, check: string, message: string) => settle(check, { ok, onFail, message, rows });
    const [top] = ranked;
    if (leaking.length === 0)
      return [
        say(
          true,
          'leakage',
          top
            ? `strongest feature alone: ${top.name} with AUC ${top.auc.toFixed(3)}, allowed ${most}`
            : 'no feature to judge',
        ),
      ];
    return leaking.map(({ name, auc }) =>
      say(
        false,
        `leakage(${name})`,
        `${name} alone tells the label with AUC ${auc.toFixed(3)}, allowed ${most}: it probably holds what is known only afterwards; take it out of features.set, or compute it from earlier rows`,
      ),
    );
  });
}

/** All checks of a feature table that is the view `features`: one statement for figures and rows, one for leakage. */
export async function checkFeatures(
  session: SqlSession,
  spec: Pick<ModelSpec, 'data' | 'features'>,
  { asOf, columns: types }: { asOf: string; columns: Record<string, string> },
): Promise<FeaturesChecked> {
  const { data, features } = spec;
  const floats = features.set.filter((name) => /^(FLOAT|DOUBLE)/.test(types[name] ?? ''));
  const rowChecks = builtIn(spec, floats);
  const { rows, columns, failing } = await profile(
    session,
    // A statement behind the wall writes its rows in the order of all columns.
    { source: SOURCE, time: data.time, ordered: true },
    rowChecks,
  );
  const label = `${quoted(data.label.column)}::DOUBLE`;
  const known = `${quoted(data.label.availableAt)} <= ${timestamp(asOf)}`;
  const [labels] = await session.rows(
    `SELECT count(*) FILTER (${label} = 1) AS positive, count(*) FILTER (${label} = 0) AS negative,
      count(*) FILTER (${label} IS NULL AND ${known}) AS missing FROM ${SOURCE}`,
  );
  await session.run(
    `CREATE VIEW labelled AS SELECT ${features.set.map(quoted).join(', ')}, ${label} AS label FROM ${SOURCE}`,
  );
  const aucs = await singleFeatureAuc(session, 'labelled', features.set);
  const each = rowChecks.map((check, i) => settleRows(check, failing[i] ?? 0, rows));
  const finite = each.filter(({ check }) => check.startsWith('finite('));
  // A line for each feature that is finite would hide what matters.
  const settled = finite.every(({ verdict }) => verdict === 'pass')
    ? [
        ...each.filter((result) => !finite.includes(result)),
        settle('finite', { ok: true, onFail: 'stop', message: 'no feature is infinite or NaN', rows }),
      ]
    : each;
  const missing = features.set.flatMap((name) => {
    const { nulls, min, max } = columns[name] ?? { nulls: 0, min: null, max: null };
    if (nulls === rows)
      return [
        settle(`present(${name})`, {
          ok: false,
          onFail: 'stop',
          message: `feature ${name} is empty in all ${count(rows)} rows: take it out of features.set, or mend its SQL`,
          rows,
          failing: nulls,
        }),
      ];
    if (nulls / rows > MANY_MISSING)
      return [
        settle(`present(${name})`, {
          ok: false,
          onFail: 'warn',
          message: `${percent(nulls / rows)} of feature ${name} is missing`,
          rows,
          failing: nulls,
        }),
      ];
    if (rows > 1 && nulls === 0 && min === max)
      return [
        settle(`varies(${name})`, {
          ok: false,
          onFail: 'warn',
          message: `feature ${name} is ${min ?? ''} in all ${count(rows)} rows`,
          rows,
        }),
      ];
    return [];
  });
  return {
    checks: [
      ...labelChecks(
        spec,
        {
          positive: Number(labels?.['positive']),
          negative: Number(labels?.['negative']),
          missing: Number(labels?.['missing']),
        },
        rows,
      ),
      ...leakageChecks(spec, aucs, rows),
      ...settled,
      ...missing,
    ],
    failing: rowChecks.filter((_, i) => (failing[i] ?? 0) > 0),
    rows,
    columns: Object.fromEntries(
      Object.entries(columns).map(([name, found]) => {
        const auc = aucs[name];
        return [name, auc === null || auc === undefined ? found : { ...found, note: auc.toFixed(3) }];
      }),
    ),
  };
}
