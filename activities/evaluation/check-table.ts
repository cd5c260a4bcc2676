import type { EvaluationInput } from '../../contracts/evaluation.js';
import { FailureType, fail } from '../../contracts/failures.js';
import { type Problem, problemType } from '../../contracts/problems/index.js';
import { type SignatureInput, featureTypeOf } from '../../contracts/signature.js';
import { quoted } from '../../contracts/sql-text.js';
import { parquet } from '../data/parquet-sql.js';
import type { SqlSession } from '../ports/sql-engine.js';

export const impossible = (message: string, remedy: string) =>
  fail(FailureType.EvaluationImpossible, message, { remedy });

export interface CheckedTable {
  path: string;
  /** Name of the table in messages, e.g. `test`. */
  name: string;
  problem: Problem;
  features: readonly string[];
  columns: EvaluationInput['columns'];
  /** Columns by which the rows are sliced. */
  slices: readonly string[];
}

/**
 * Check that a table has all columns that the evaluation reads, only labels that the problem allows, and at least two
 * units.
 *
 * @throws Failure `EvaluationImpossible`
 */
export async function checkTable(session: SqlSession, table: CheckedTable): Promise<void> {
  const { path, name, features, columns, slices } = table;
  const from = parquet(path);
  const found = [...(await columnsOf(session, from)).keys()];
  const needed = [...features, ...Object.values(columns), ...slices, 'label'];
  const absent = [...new Set(needed)].filter((column) => !found.includes(column));
  if (absent.length > 0)
    throw impossible(
      `the ${name} table has no column ${absent.join(', ')}; it has ${found.join(', ')}`,
      'Let the features’ SQL keep the columns that features.set, features.slices, evaluation.slices and data name.',
    );
  await checkLabels(session, table);

  const unit = quoted(columns.unit);
  const [counts] = await session.rows(
    `select count(*) as total, count(*) filter (${unit} is null) as unitless, count(distinct ${unit}) as units from ${from}`,
  );
  const [rows, unitless, units] = [counts?.['total'], counts?.['unitless'], counts?.['units']].map(Number);
  if (unitless)
    throw impossible(
      `${unitless} of ${rows ?? 0} rows in the ${name} table have no ${columns.unit}`,
      'Give every row a unit: data.unit must not be null.',
    );
  if ((units ?? 0) < 2)
    throw impossible(
      `the ${name} table spans ${units ?? 0} unit (${columns.unit}), and intervals resample units, so they need at least 2`,
      'Lengthen split.test, or choose a finer data.unit.',
    );
}

/** Name of each column → its DuckDB type. */
const columnsOf = async (session: SqlSession, from: string): Promise<Map<string, string>> =>
  new Map(
    (await session.rows(`describe select * from ${from}`)).map((row) => [
      String(row['column_name']),
      String(row['column_type']),
    ]),
  );

/**
 * Check that the test table has every feature that the champion takes, also those that the candidate gave up, and
 * each as text where the champion takes text and as numbers where it takes numbers.
 *
 * @throws Failure `EvaluationImpossible`
 */
export async function checkChampionsFeatures(
  session: SqlSession,
  path: string,
  inputs: readonly SignatureInput[],
): Promise<void> {
  const found = await columnsOf(session, parquet(path));
  const absent = inputs.filter(({ name }) => !found.has(name)).map(({ name }) => name);
  if (absent.length > 0)
    throw impossible(
      `the test table has no column ${absent.join(', ')}, which the champion takes`,
      'Name it in features.slices until a version without it is champion, so that the split keeps it.',
    );
  const isText = (type: string): boolean => featureTypeOf(type) === 'string';
  const retyped = inputs.find(({ name, type }) => isText(found.get(name) ?? '') !== (type === 'string'));
  if (retyped)
    throw impossible(
      `column ${retyped.name} of the test table is ${found.get(retyped.name) ?? ''}, and the champion takes it as ${retyped.type}`,
      'Give the feature of another kind another name, and keep the old one in features.slices until the champion is replaced.',
    );
}

/** Check that every label is allowed by the problem. A classification also needs two different labels. */
async function checkLabels(session: SqlSession, { path, name, problem }: CheckedTable): Promise<void> {
  const { labels } = problemType(problem);
  const values = labels.values(problem);
  const valid = values
    ? `label::double in (${values.join(', ')})`
    : `label is not null and isfinite(label::double)`;
  const [counts] = await session.rows(
    `select count(*) as total, count(*) filter (${valid}) as valid,
      count(distinct label) filter (${valid}) as kinds, min(label::double) filter (${valid}) as least from ${parquet(path)}`,
  );
  const [rows = 0, right = 0, kinds = 0, least = NaN] = [
    counts?.['total'],
    counts?.['valid'],
    counts?.['kinds'],
    counts?.['least'],
  ].map(Number);
  if (right !== rows)
    throw impossible(
      `${rows - right} of ${rows} labels in the ${name} table are not ${labels.expected(problem)}`,
      'Correct data.label or the cleaning SQL.',
    );
  if (values && kinds < 2)
    throw impossible(
      `all ${rows} labels in the ${name} table are ${labels.show(least, problem)}, and no model can be judged on one label`,
      'Lengthen split.test, or check data.label.',
    );
}
