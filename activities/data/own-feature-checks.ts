import { count, percent } from '../../contracts/checks/words.js';
import type { OnFail } from '../../contracts/checks/fields.js';
import { type Problem, problemType } from '../../contracts/problems/index.js';
import { featureTypeOf } from '../../contracts/signature.js';
import type { ModelSpec } from '../../contracts/spec/model-spec.js';
import { isMissing } from '../../contracts/checks/sql.js';
import { isFloat32 } from '../drift/float32.js';
import { CONTROL, MAX_FEATURE_TEXT } from '../../contracts/feature-text.js';
import { literal, quoted } from '../../contracts/sql-text.js';
import type { CheckOutcome } from './check-result.js';
import { identified } from './identified.js';
import type { FeatureProfile } from './feature-profile.js';
import type { Labels } from './label-sql.js';
import type { RowCheck } from './row-checks.js';
import { isFloat, isString } from '../../contracts/sql-types.js';

/** Name of the view of the feature table; results use it as the source. */
export const FEATURES = 'features';

/**
 * A feature with a larger share of missing values gets a warning, 0–1. Models accept missing values, but many of them
 * are rarely intended.
 */
const MANY_MISSING = 0.2;

/** A text feature whose distinct values exceed this share of the rows gets a warning, 0–1. */
const MANY_VALUES = 0.5;

/**
 * Row checks that every feature table gets: ids, times and units are present, ids are unique, floats are finite and fit
 * 32 bits, and labels are allowed by the problem.
 *
 * @param types DuckDB type of each column of the table
 */
export function ownFeatureRowChecks(
  { data, features }: Pick<ModelSpec, 'data' | 'features'>,
  { problem, labels, types }: { problem: Problem; labels: Labels; types: Record<string, string> },
  onFail: OnFail,
): RowCheck[] {
  const floats = features.set.filter((name) => isFloat(types[name]));
  const whole = features.set.filter((name) => featureTypeOf(types[name] ?? '') === 'int64');
  const base = { source: FEATURES, onFail, allowed: 0 };
  const label = data.label.column;
  const present = [data.id, data.time, data.unit, data.label.availableAt].map((name) => ({
    ...base,
    kind: 'notNull',
    check: `notNull(${name})`,
    columns: [name],
    fault: `have no ${name}`,
    counting: { by: 'condition' as const, fails: isMissing(name, types[name]) },
  }));
  const finite = floats.map((name) => ({
    ...base,
    kind: 'finite',
    check: `finite(${name})`,
    columns: [name],
    fault: `have a ${name} that is NaN, infinite or beyond ±3.4e38, the range of the 32-bit floats that models take (give NULL for a missing value)`,
    counting: { by: 'condition' as const, fails: `NOT ${isFloat32(`s.${quoted(name)}`)}` },
  }));
  const safe = whole.map((name) => ({
    ...base,
    kind: 'finite',
    check: `finite(${name})`,
    columns: [name],
    fault: `have a ${name} beyond ±${Number.MAX_SAFE_INTEGER}, which JSON cannot carry (cast it to DOUBLE or VARCHAR)`,
    counting: {
      by: 'condition' as const,
      fails: `coalesce(abs(TRY_CAST(s.${quoted(name)} AS DOUBLE)) > ${Number.MAX_SAFE_INTEGER}, true) AND s.${quoted(name)} IS NOT NULL`,
    },
  }));
  const textual = [...new Set([...features.set, ...features.slices, data.id, data.unit])].filter((name) =>
    isString(types[name]),
  );
  const texts = textual.map((name) => ({
    ...base,
    kind: 'text',
    check: `text(${name})`,
    columns: [name],
    fault: `have a ${name} with a control character that is no line break or tab, or of more than ${count(MAX_FEATURE_TEXT)} characters, which the gateway refuses in a request`,
    counting: {
      by: 'condition' as const,
      fails: `(length(s.${quoted(name)}::VARCHAR) > ${MAX_FEATURE_TEXT} OR regexp_matches(s.${quoted(name)}::VARCHAR, ${literal(CONTROL)}))`,
    },
  }));
  return identified([
    ...texts,
    ...present,
    ...finite,
    ...safe,
    {
      ...base,
      kind: 'label',
      check: `label(${label})`,
      columns: [label],
      fault: `have a ${label} other than ${problemType(problem).labels.expected(problem)}`,
      counting: { by: 'condition' as const, fails: labels.outside },
    },
    {
      ...base,
      kind: 'unique',
      check: `unique(${data.id})`,
      columns: [data.id],
      fault: `repeat the ${data.id} of another`,
      counting: { by: 'key' as const, key: [data.id] },
    },
  ]);
}

/** Warnings about a feature: it is empty, often missing, constant, or a text with few repeated values. */
export function featureFaults(
  set: string[],
  columns: Record<string, FeatureProfile>,
  rows: number,
): CheckOutcome[] {
  return set.flatMap((name): CheckOutcome[] => {
    const column = columns[name];
    if (!column) return [];
    const { nulls, min, max, type, text } = column;
    const fault = (kind: string, onFail: 'stop' | 'warn', message: string, failing = 0): CheckOutcome[] => [
      { kind, check: `${kind}(${name})`, source: FEATURES, ok: false, onFail, message, rows, failing },
    ];
    if (nulls === rows)
      return fault(
        'present',
        'stop',
        `feature ${name} is empty in all ${count(rows)} rows: take it out of features.set, or mend its SQL`,
        nulls,
      );
    if (nulls / rows > MANY_MISSING)
      return fault('present', 'warn', `${percent(nulls / rows)} of feature ${name} is missing`, nulls);
    if (rows > 1 && nulls === 0 && min === max)
      return fault('varies', 'warn', `feature ${name} is ${min ?? ''} in all ${count(rows)} rows`);
    if (isString(type) && text && text.distinct > MANY_VALUES * (rows - nulls))
      return fault(
        'cardinality',
        'warn',
        `feature ${name} has ${count(text.distinct)} different texts in ${count(rows - nulls)} rows, so that a model learns nothing from most of them: group them in features.sql, or take it out of features.set`,
      );
    return [];
  });
}
