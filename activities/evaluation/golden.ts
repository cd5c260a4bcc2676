import type { GoldenRequests } from '../../contracts/evaluation.js';
import { batchOf } from '../../contracts/feature-batch.js';
import { problemType } from '../../contracts/problems/index.js';
import type { FeatureValue, SignatureInput } from '../../contracts/signature.js';
import { literal, quoted } from '../../contracts/sql-text.js';
import type { LoadedModel } from '../ports/scorer.js';
import type { SqlSession } from '../ports/sql-engine.js';
import { checkRowsAlone } from './check-rows-alone.js';
import { featureSql } from './feature-reader.js';
import type { ScoredRows } from './scored-rows.js';

const ROWS = 64;

interface GoldenInput {
  testPath: string;
  inputs: readonly SignatureInput[];
  model: LoadedModel;
  scored: Pick<ScoredRows, 'problem' | 'rows' | 'width' | 'candidate'>;
}

/** SQL condition: the row has a value of the feature. For floats NaN counts as missing, because JSON has no NaN. */
const present = ({ name, type }: SignatureInput): string =>
  type === 'float32' || type === 'float64'
    ? `isfinite(${quoted(name)}::double)`
    : `${quoted(name)} is not null`;

const inJson = (value: FeatureValue): FeatureValue => (Number.isNaN(value) ? null : value);

/** Indices of the rows with the lowest and the highest value in the first column of the prediction. */
function extremes({ rows, width, candidate }: GoldenInput['scored']): number[] {
  let [low, high] = [0, 0];
  for (let row = 1; row < rows; row += 1) {
    const value = candidate[row * width] ?? NaN;
    if (value < (candidate[low * width] ?? NaN)) low = row;
    if (value > (candidate[high * width] ?? NaN)) high = row;
  }
  return [low, high];
}

/**
 * Choose golden requests: requests with known answers, which a gateway repeats to check that it loaded the same
 * model. They are the rows with the least and the greatest value of each feature, the rows with the lowest and the
 * highest predictions, and further rows spread evenly over the test window. Rows with missing values are left out,
 * unless every row has one.
 *
 * @throws Failure `ModelUnusable` when a row alone is answered otherwise than among others
 */
export async function goldenRequests(
  session: SqlSession,
  { testPath, inputs, model, scored }: GoldenInput,
): Promise<GoldenRequests> {
  const source = `read_parquet(${literal(testPath)}, file_row_number = true)`;
  const everyValue = inputs.map(present).join(' and ');
  const [counted] = await session.rows(`select count(*) as n from ${source} where ${everyValue}`);
  // If every row has a missing value, rows with missing values are used: null in JSON, NaN for the model.
  const complete = counted?.['n'] === 0 ? 'true' : everyValue;
  const ends = inputs.flatMap(({ name }, n) => [
    `arg_min(file_row_number, ${quoted(name)}) filter (${complete}) as "least ${n}"`,
    `arg_max(file_row_number, ${quoted(name)}) filter (${complete}) as "most ${n}"`,
  ]);
  const [found = {}] = await session.rows(`select ${ends.join(', ')} from ${source}`);
  const wanted = [
    ...extremes(scored),
    ...Object.values(found)
      .filter((row) => row !== null)
      .map(Number),
    ...Array.from({ length: ROWS }, (_, n) => Math.floor((n * scored.rows) / ROWS)),
  ];
  const chosen = [...new Set(wanted)].slice(0, Math.max(ROWS, 2 * inputs.length + 2));
  const values = inputs.map((input, n) => `${featureSql(input, false)} as "value ${n}"`);
  const rows = (
    await session.rows(
      `select ${values.join(', ')} from ${source}
        where file_row_number in (${chosen.join(', ')}) and ${complete} order by file_row_number`,
    )
  ).map((row) => inputs.map((_, n) => inJson(row[`value ${n}`] as FeatureValue)));
  const answers = rows.length === 0 ? new Float32Array() : await model.score(batchOf(rows, { inputs }));
  const tolerance = problemType(scored.problem).goldenTolerance(answers);
  await checkRowsAlone(model, { rows, inputs, answers, tolerance, width: scored.width });
  return {
    features: inputs.map(({ name }) => name),
    rows,
    scores: Array.from(answers),
    ...(scored.width > 1 ? { width: scored.width } : {}),
    tolerance,
  };
}
