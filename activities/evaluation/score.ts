import type { DuckDBConnection, DuckDBDataChunk } from '@duckdb/node-api';
import { FailureType, fail } from '../../contracts/failures.js';
import type { LoadedModel } from '../ports/scorer.js';
import { type Coded, type CodedColumn, codes } from './codes.js';
import { type Database, literal, quoted, rowsOf } from './database.js';
import { scoreTable, writeScores } from './score-table.js';

/** Rows of one inference. */
const BATCH_ROWS = 8_192;

export interface ScoreInput {
  /** Parquet with the columns below and `label`. */
  path: string;
  /** Where the scores go: Parquet with id, time, unit, label, the slices, candidate, champion. */
  scoresPath: string;
  features: readonly string[];
  columns: { id: string; time: string; unit: string };
  slices: readonly string[];
  candidate: LoadedModel;
  champion: LoadedModel | null;
}

/** Columns of the scored rows, in the order of the table. */
export interface ScoredRows {
  rows: number;
  label: Uint8Array;
  candidate: Float32Array;
  champion: Float32Array | null;
  /** Values in order of time. */
  unit: Coded;
  slices: Coded[];
}

/**
 * Score candidate and champion on the same rows in one pass.
 *
 * @param onBatch called before each batch; a throw ends the pass
 * @throws ApplicationFailure `ModelUnusable` when a score is no probability
 */
export async function scoreRows(
  database: Database,
  input: ScoreInput,
  onBatch: () => void,
): Promise<ScoredRows> {
  const reader = await database.connect();
  const writer = await database.connect();
  const source = `read_parquet(${literal(input.path)}, file_row_number = true)`;
  const coded = await Promise.all([
    codes(reader, source, 'unit', input.columns.unit, `min(${quoted(input.columns.time)})`),
    ...input.slices.map((by, n) => codes(reader, source, `slice_${n}`, by, 'value')),
  ]);
  const [{ rows, unit, slices }] = [allocate(await countRows(reader, source), coded)];
  const label = new Uint8Array(rows);
  const candidate = new Float32Array(rows);
  const champion = input.champion ? new Float32Array(rows) : null;

  const stream = await reader.stream(
    `select file_row_number::int, label::int, ${coded.map((column) => column.sql).join(', ')},
      ${input.features.map((feature) => `${quoted(feature)}::float`).join(', ')} from ${source}`,
  );
  const table = await scoreTable(writer);
  const width = input.features.length;
  const firstFeature = 2 + coded.length;
  let seen = 0;
  let batch = newBatch(width);

  const flush = async (): Promise<void> => {
    if (batch.rows === 0) return;
    onBatch();
    const features = batch.features.subarray(0, batch.rows * width);
    const [own, other] = await Promise.all([
      input.candidate.score(features, batch.rows),
      input.champion?.score(features, batch.rows),
    ]);
    const at = batch.at.subarray(0, batch.rows);
    place(candidate, at, own);
    if (champion && other) place(champion, at, other);
    table.append(at, own, other);
    seen += batch.rows;
    batch = newBatch(width);
  };

  for (
    let chunk = await stream.fetchChunk();
    chunk && chunk.rowCount > 0;
    chunk = await stream.fetchChunk()
  ) {
    const count = chunk.rowCount;
    if (batch.rows + count > BATCH_ROWS) await flush();
    const at = batch.at.subarray(batch.rows, batch.rows + count);
    copyColumn(chunk, 0, at);
    const scattered = new Int32Array(count);
    copyColumn(chunk, 1, scattered);
    for (let row = 0; row < count; row += 1) label[at[row] ?? 0] = scattered[row] ?? 0;
    [unit, ...slices].forEach((column, n) => {
      copyColumn(chunk, 2 + n, scattered);
      for (let row = 0; row < count; row += 1) column.code[at[row] ?? 0] = scattered[row] ?? 0;
    });
    for (let feature = 0; feature < width; feature += 1) {
      const vector = chunk.getColumnVector(firstFeature + feature);
      const base = batch.rows * width + feature;
      for (let row = 0; row < count; row += 1)
        batch.features[base + row * width] = (vector.getItem(row) as number | null) ?? NaN;
    }
    batch.rows += count;
  }
  await flush();
  table.close();
  if (seen !== rows) throw new Error(`scored ${seen} of ${rows} rows: the stream ended early`);

  refuseNonProbabilities('candidate', candidate);
  if (champion) refuseNonProbabilities('champion', champion);
  await writeScores(writer, source, input, rows);
  return { rows, label, candidate, champion, unit, slices };
}

function newBatch(width: number): { rows: number; at: Int32Array; features: Float32Array } {
  return { rows: 0, at: new Int32Array(BATCH_ROWS), features: new Float32Array(BATCH_ROWS * width) };
}

function copyColumn(chunk: DuckDBDataChunk, index: number, into: Int32Array): void {
  const vector = chunk.getColumnVector(index);
  for (let row = 0; row < into.length; row += 1) into[row] = vector.getItem(row) as number;
}

function place(into: Float32Array, at: Int32Array, scores: Float32Array): void {
  for (let row = 0; row < at.length; row += 1) into[at[row] ?? 0] = scores[row] ?? NaN;
}

async function countRows(connection: DuckDBConnection, source: string): Promise<number> {
  return Number((await rowsOf(connection, `select count(*) from ${source}`))[0]?.[0]);
}

function allocate(rows: number, coded: CodedColumn[]): { rows: number; unit: Coded; slices: Coded[] } {
  const [unit, ...slices] = coded.map(({ by, values }) => ({ by, values, code: new Int32Array(rows) }));
  if (!unit) throw new Error('the unit column has no codes');
  return { rows, unit, slices };
}

function refuseNonProbabilities(name: string, scores: Float32Array): void {
  let [wrong, first] = [0, NaN];
  for (const score of scores) {
    if (score >= 0 && score <= 1) continue;
    if (wrong === 0) first = score;
    wrong += 1;
  }
  if (wrong > 0)
    throw fail(
      FailureType.ModelUnusable,
      `the ${name} gave ${wrong} of ${scores.length} rows a score that is no probability (the first is ${first}), expected 0 to 1: check how it treats missing or extreme features, and export probabilities, not margins`,
    );
}
