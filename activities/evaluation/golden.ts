import type { DuckDBConnection } from '@duckdb/node-api';
import type { GoldenRequests } from '../../contracts/evaluation.js';
import type { LoadedModel } from '../ports/scorer.js';
import { literal, quoted, rowsOf } from './database.js';
import { ascending } from './order.js';

const ROWS = 64;
/** Largest absolute difference of a probability: runtimes differ by 5e-7 at most, a wrong model by far more. */
const TOLERANCE = 1e-5;

/**
 * Requests whose answers are known: the rows with each feature's least and greatest value, with the lowest and highest
 * scores, and others spread evenly over the test window. Rows with missing values are left out, since JSON has no NaN.
 */
export async function goldenRequests(
  connection: DuckDBConnection,
  testPath: string,
  features: readonly string[],
  model: LoadedModel,
  scores: Float32Array,
): Promise<GoldenRequests> {
  const source = `read_parquet(${literal(testPath)}, file_row_number = true)`;
  const finite = features.map((feature) => `isfinite(${quoted(feature)}::float)`).join(' and ');
  const extremes = features.flatMap((feature) => [
    `arg_min(file_row_number, ${quoted(feature)}) filter (${finite})`,
    `arg_max(file_row_number, ${quoted(feature)}) filter (${finite})`,
  ]);
  const [found = []] = await rowsOf(connection, `select ${extremes.join(', ')} from ${source}`);
  const byScore = ascending(scores);
  const wanted = [
    byScore[0],
    byScore[byScore.length - 1],
    ...found.filter((row) => row !== null).map(Number),
    ...Array.from({ length: ROWS }, (_, n) => Math.floor((n * scores.length) / ROWS)),
  ];
  const chosen = [...new Set(wanted)].slice(0, Math.max(ROWS, 2 * features.length + 2));
  const rows = (await rowsOf(
    connection,
    `select ${features.map((feature) => `${quoted(feature)}::float`).join(', ')} from ${source}
      where file_row_number in (${chosen.join(', ')}) and ${finite} order by file_row_number`,
  )) as number[][];
  const answers =
    rows.length === 0 ? new Float32Array() : await model.score(Float32Array.from(rows.flat()), rows.length);
  return { features: [...features], rows, scores: Array.from(answers), tolerance: TOLERANCE };
}
