import type { TimeRange } from '../../contracts/artifacts.js';
import { count } from '../../contracts/checks/words.js';
import { type Problem, problemType } from '../../contracts/problems/index.js';
import type { ModelSpec } from '../../contracts/spec/model-spec.js';
import { quoted, timestamp } from '../../contracts/sql-text.js';
import type { SqlSession } from '../ports/sql-engine.js';
import type { CheckOutcome } from './check-result.js';
import type { Labels } from './label-sql.js';
import { FEATURES } from './own-feature-checks.js';

/** Counts and statistics of the labels of the feature table. */
export interface LabelFigures {
  /** Number of rows with a label. */
  labelled: number;
  /** Mean label; in a binary classification the share of label 1. 0 if there are no labels. */
  mean: number;
  /** Smallest and largest label; null without labels. */
  min: number | null;
  max: number | null;
  /** Number of rows for each label; empty for a regression. */
  classes: Map<number, number>;
  /** Labels that occur in the train window; empty for a regression. */
  trained: Set<number>;
  /** Number of rows whose label is missing although its time has passed. */
  missing: number;
}

/** @param view rows with the columns of the feature table */
export async function labelFigures(
  session: SqlSession,
  { data }: Pick<ModelSpec, 'data'>,
  {
    view,
    problem,
    labels,
    asOf,
    train,
  }: { view: string; problem: Problem; labels: Labels; asOf: string; train: TimeRange },
): Promise<LabelFigures> {
  const known = `s.${quoted(data.label.availableAt)} <= ${timestamp(asOf)}`;
  const time = `s.${quoted(data.time)}`;
  const trained = `${time} >= ${timestamp(train.from)} AND ${time} < ${timestamp(train.to)}`;
  const rows = `SELECT ${labels.encoded} AS label, s.${quoted(data.label.column)} IS NULL AND ${known} AS missing,
    ${trained} AS trained FROM ${quoted(view)} AS s`;
  const [found = {}] = await session.rows(
    `SELECT count(label) AS labelled, coalesce(avg(label), 0)::DOUBLE AS mean, min(label)::DOUBLE AS min,
      max(label)::DOUBLE AS max, count(*) FILTER (missing) AS missing FROM (${rows})`,
  );
  const counted =
    problemType(problem).labels.values(problem) === undefined
      ? []
      : await session.rows(
          `SELECT label, count(*) AS rows, count(*) FILTER (trained) AS trained FROM (${rows})
            WHERE label IS NOT NULL GROUP BY 1`,
        );
  const asNumber = (value: unknown): number | null => (typeof value === 'number' ? value : null);
  const numbers = counted.map((row) => ({
    label: Number(row['label']),
    rows: Number(row['rows']),
    trained: Number(row['trained']),
  }));
  return {
    labelled: Number(found['labelled']),
    mean: Number(found['mean']),
    min: asNumber(found['min']),
    max: asNumber(found['max']),
    classes: new Map(numbers.map((row) => [row.label, row.rows])),
    trained: new Set(numbers.filter((row) => row.trained > 0).map(({ label }) => label)),
    missing: Number(found['missing']),
  };
}

/** Judges whether the labels differ. Equal labels allow neither training nor evaluation. */
function variety(problem: Problem, { min, max, classes, labelled }: LabelFigures) {
  switch (problem.type) {
    case 'binary-classification': {
      const [positive = 0, negative = 0] = [classes.get(1), classes.get(0)];
      return {
        ok: positive > 0 && negative > 0,
        message: `${count(positive)} rows with label 1 and ${count(negative)} with label 0; both are needed`,
      };
    }
    case 'multiclass-classification': {
      const rows = problem.classes.map((name, index) => `${name} ${count(classes.get(index) ?? 0)}`);
      return {
        ok: classes.size > 1,
        message: `rows by class: ${rows.join(', ')}; at least two classes are needed`,
      };
    }
    case 'regression':
      return {
        ok: min !== max,
        message: `${count(labelled)} labels from ${min ?? '–'} to ${max ?? '–'}; at least two different ones are needed`,
      };
  }
}

/** Warns about classes without a row in the train window, since the model cannot learn them. */
function classCheck(problem: Problem, { trained }: LabelFigures): Pick<CheckOutcome, 'ok' | 'message'>[] {
  if (problem.type !== 'multiclass-classification') return [];
  const unseen = problem.classes.filter((_, index) => !trained.has(index));
  if (unseen.length === 0)
    return [{ ok: true, message: `all ${problem.classes.length} classes occur in the train window` }];
  const message = `no row of the train window has the class ${unseen.join(', ')}: the model cannot learn it; lengthen split.train, or take it out of data.label.classes`;
  return [{ ok: false, message }];
}

/**
 * Checks of the labels: there are different labels, every class occurs in the train window, and no label is overdue.
 */
export function labelChecks(
  { data }: Pick<ModelSpec, 'data'>,
  problem: Problem,
  figures: LabelFigures,
  rows: number,
): CheckOutcome[] {
  const { column, availableAt } = data.label;
  const about = { source: FEATURES, rows };
  const { ok, message } = variety(problem, figures);
  const expected = problemType(problem).labels.expected(problem);
  return [
    {
      ...about,
      kind: 'labelPresent',
      check: 'labelPresent',
      ok: figures.labelled > 0 && ok,
      onFail: 'stop',
      message:
        figures.labelled === 0
          ? `no row has a label "${column}" (${expected}): deliver the labels, without them nothing can be learnt`
          : message,
    },
    ...classCheck(problem, figures).map((found) => ({
      ...about,
      ...found,
      kind: 'labelClasses',
      check: 'labelClasses',
      onFail: 'warn' as const,
    })),
    {
      ...about,
      kind: 'labelKnown',
      check: 'labelKnown',
      ok: figures.missing === 0,
      onFail: 'warn',
      message: `${count(figures.missing)} of ${count(rows)} rows have no ${column} although ${availableAt} has passed; they are left out of the split`,
      failing: figures.missing,
    },
  ];
}
