import { FailureType, fail } from '../../contracts/failures.js';
import { type Problem, problemType } from '../../contracts/problems/index.js';
import { literal, quoted } from '../../contracts/sql-text.js';
import type { SqlChunk, SqlSession } from '../ports/sql-engine.js';
import { type Coded, type CodedColumn, codes } from './codes.js';
import { feedOf, sameFeed } from './feature-reader.js';
import type { ScoreInput, ScoredRows } from './scored-rows.js';
import { writeScores } from './write-scores.js';

/** Rows of one call of the model. */
const BATCH_ROWS = 8_192;

/**
 * Score candidate and champion on the same rows in one pass.
 *
 * @param onBatch called before each batch; a throw ends the pass
 * @throws Failure `ModelUnusable` when a prediction is impossible for the problem, such as a probability above 1
 */
export async function scoreRows(
  session: SqlSession,
  input: ScoreInput,
  onBatch: () => void,
): Promise<ScoredRows> {
  const { problem, signature } = input;
  const source = `read_parquet(${literal(input.path)}, file_row_number = true)`;
  const coded = [
    await codes(session, source, 'unit', input.columns.unit, `min(${quoted(input.columns.time)})`),
  ];
  for (const [n, by] of input.slices.entries())
    coded.push(await codes(session, source, `slice_${n}`, by, null));
  const [counted] = await session.rows(`select count(*) as n from ${source}`);
  const rows = Number(counted?.['n']);
  const [unit, ...slices] = coded.map((column) => allocate(column, rows));
  if (!unit) throw new Error('the unit column has no codes');

  const width = problemType(problem).width(problem);
  const label = new Float64Array(rows);
  const candidate = new Float32Array(rows * width);
  const champion = input.champion ? new Float32Array(rows * width) : null;
  const own = feedOf(input.candidate, signature.inputs);
  const others = input.champion && feedOf(input.champion, input.championInputs ?? signature.inputs);
  const isShared = !others || sameFeed(own, others);
  const features = isShared ? own.sql : [...own.sql, ...others.sql];
  const firstFeature = 2 + coded.length;

  const empty = () => ({
    at: new Int32Array(BATCH_ROWS),
    own: own.builder(BATCH_ROWS),
    others: isShared ? null : others.builder(BATCH_ROWS),
  });
  let block = empty();
  let [filled, seen] = [0, 0];
  const flush = async (): Promise<void> => {
    if (filled === 0) return;
    onBatch();
    const batch = block.own.batch(filled);
    const [mine, other] = await Promise.all([
      input.candidate.score(batch),
      input.champion?.score(block.others?.batch(filled) ?? batch),
    ]);
    putRows(candidate, block.at.subarray(0, filled), mine, width);
    if (champion && other) putRows(champion, block.at.subarray(0, filled), other, width);
    seen += filled;
    filled = 0;
    block = empty();
  };

  const stream = session.stream(
    `select file_row_number::int, label::double, ${coded.map((column) => column.sql).join(', ')},
      ${features.join(', ')} from ${source}`,
  );
  for await (const chunk of stream) {
    if (filled + chunk.rows > BATCH_ROWS) await flush();
    const rowOf = block.at.subarray(filled, filled + chunk.rows);
    for (let row = 0; row < chunk.rows; row += 1) rowOf[row] = chunk.value(0, row) as number;
    scatter(chunk, 1, rowOf, label);
    [unit, ...slices].forEach((column, n) => scatter(chunk, 2 + n, rowOf, column.code));
    block.own.fill(chunk, firstFeature, filled);
    block.others?.fill(chunk, firstFeature + own.sql.length, filled);
    filled += chunk.rows;
  }
  await flush();
  if (seen !== rows) throw new Error(`scored ${seen} of ${rows} rows: the stream ended early`);

  refuseImpossible('candidate', candidate, problem);
  if (champion) refuseImpossible('champion', champion, problem);
  const scored = { problem, rows, label, candidate, champion, width, unit, slices };
  await writeScores(session, source, input, scored);
  return scored;
}

const allocate = ({ by, values }: CodedColumn, rows: number): Coded => ({
  by,
  values,
  code: new Int32Array(rows),
});

/** Copy a column of a chunk into an array, at the positions of its rows. */
function scatter(chunk: SqlChunk, column: number, rowOf: Int32Array, into: Float64Array | Int32Array): void {
  for (let row = 0; row < chunk.rows; row += 1) into[rowOf[row] ?? 0] = chunk.value(column, row) as number;
}

function putRows(into: Float32Array, at: Int32Array, predictions: Float32Array, width: number): void {
  for (let row = 0; row < at.length; row += 1)
    for (let column = 0; column < width; column += 1)
      into[(at[row] ?? 0) * width + column] = predictions[row * width + column] ?? NaN;
}

/** @throws Failure `ModelUnusable` for numbers that the problem does not allow, and for a candidate's rows of them */
function refuseImpossible(name: 'candidate' | 'champion', predictions: Float32Array, problem: Problem): void {
  const { possible, possibleRow, width: widthOf } = problemType(problem);
  refuse(name, predictions, possible, String);
  // A champion that was promoted before rows were judged goes on being compared: refusing it would end every lifecycle.
  if (name === 'champion' || !possibleRow) return;
  const width = widthOf(problem);
  const rows = Array.from({ length: predictions.length / width }, (_, row) =>
    predictions.subarray(row * width, (row + 1) * width),
  );
  refuse(name, rows, possibleRow, (row) => `[${row.join(', ').slice(0, 200)}]`);
}

function refuse<T>(
  name: string,
  predictions: ArrayLike<T>,
  { isValid, expected }: { isValid: (prediction: T) => boolean; expected: string },
  show: (prediction: T) => string,
): void {
  let wrong = 0;
  let first = '';
  for (let at = 0; at < predictions.length; at += 1) {
    const prediction = predictions[at] as T;
    if (isValid(prediction)) continue;
    if (wrong === 0) first = show(prediction);
    wrong += 1;
  }
  if (wrong === 0) return;
  const remedy =
    'Check how it treats missing or extreme features, and export predictions of that kind (probabilities, not margins).';
  throw fail(
    FailureType.ModelUnusable,
    `the ${name} gave ${wrong} of ${predictions.length} predictions that are impossible (the first is ${first}), expected ${expected}`,
    { remedy },
  );
}
