import { problemType } from '../../contracts/problems/index.js';
import { literal, quoted } from '../../contracts/sql-text.js';
import type { NewColumn, SqlSession } from '../ports/sql-engine.js';
import type { ScoreInput, ScoredRows } from './scored-rows.js';

type Scores = Pick<ScoredRows, 'problem' | 'rows' | 'width' | 'candidate' | 'champion'>;

/** SQL columns of one model's predictions: the score, and a list of all columns if a prediction has several. */
function columnsOf(model: string, predictions: Float32Array, { problem, rows, width }: Scores): NewColumn[] {
  const type = problemType(problem);
  const score = Float32Array.from(
    { length: rows },
    (_, row) => type.logged(predictions.subarray(row * width, (row + 1) * width), problem).score,
  );
  const outputs = Array.from({ length: width === 1 ? 0 : width }, (_, at) => ({
    name: `${model}_${at}`,
    values: Float32Array.from({ length: rows }, (__, row) => predictions[row * width + at] ?? NaN),
  }));
  return [{ name: model, values: score }, ...outputs];
}

/**
 * Join the predictions to their rows and write them as Parquet, in the order of the table. Columns: id, time, unit,
 * label, the slices, and `candidate` and `champion` (one number for each row, as in the request log). Predictions of
 * several columns add the lists `candidate_outputs` and `champion_outputs`.
 */
export async function writeScores(
  session: SqlSession,
  source: string,
  input: Pick<ScoreInput, 'scoresPath' | 'columns' | 'slices'>,
  scores: Scores,
): Promise<void> {
  const { rows, width, candidate, champion } = scores;
  await session.createTable('scores', [
    { name: 'row', values: Int32Array.from({ length: rows }, (_, row) => row) },
    ...columnsOf('candidate', candidate, scores),
    ...(champion ? columnsOf('champion', champion, scores) : []),
  ]);
  const list = (model: string): string =>
    `[${Array.from({ length: width }, (_, at) => `s.${model}_${at}`).join(', ')}] as ${model}_outputs`;
  const { id, time, unit } = input.columns;
  const columns = [
    `t.${quoted(id)} as id, t.${quoted(time)} as time, t.${quoted(unit)} as unit, t.label`,
    ...input.slices.filter((by) => by !== unit && by !== id && by !== time).map((by) => `t.${quoted(by)}`),
    's.candidate',
    champion ? 's.champion' : 'null::float as champion',
    ...(width > 1 ? [list('candidate'), ...(champion ? [list('champion')] : [])] : []),
  ];
  const [written] = await session.rows(
    `copy (select ${columns.join(', ')} from ${source} as t join scores as s on s.row = t.file_row_number order by s.row)
      to ${literal(input.scoresPath)} (format parquet, compression zstd)`,
  );
  if (Number(written?.['Count']) !== rows)
    throw new Error(`wrote ${String(written?.['Count'])} of ${rows} scored rows`);
}
