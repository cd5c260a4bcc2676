import { FLOAT, INTEGER, DuckDBDataChunk, type DuckDBConnection } from '@duckdb/node-api';
import { literal, quoted, rowsOf } from './database.js';
import type { ScoreInput } from './score.js';

/** DuckDB's vector size: what one chunk holds. */
const CHUNK_ROWS = 2_048;

/** The scores by row number, appended on a connection of their own. */
export async function scoreTable(connection: DuckDBConnection) {
  await connection.run('create table scores (row integer, candidate float, champion float)');
  const appender = await connection.createAppender('scores');
  return {
    append: (at: Int32Array, candidate: Float32Array, champion: Float32Array | undefined): void => {
      for (let start = 0; start < at.length; start += CHUNK_ROWS) {
        const end = Math.min(start + CHUNK_ROWS, at.length);
        const chunk = DuckDBDataChunk.create([INTEGER, FLOAT, FLOAT], end - start);
        chunk.setColumns([
          Array.from(at.subarray(start, end)),
          Array.from(candidate.subarray(start, end)),
          champion ? Array.from(champion.subarray(start, end)) : new Array<null>(end - start).fill(null),
        ]);
        appender.appendDataChunk(chunk);
      }
    },
    close: (): void => appender.closeSync(),
  };
}

/** Join the appended scores to their rows and write them out, in the order of the table. */
export async function writeScores(
  connection: DuckDBConnection,
  source: string,
  input: Pick<ScoreInput, 'scoresPath' | 'columns' | 'slices'>,
  rows: number,
): Promise<void> {
  const { id, time, unit } = input.columns;
  const columns = [
    `t.${quoted(id)} as id, t.${quoted(time)} as time, t.${quoted(unit)} as unit, t.label`,
    ...input.slices.filter((by) => by !== unit && by !== id && by !== time).map((by) => `t.${quoted(by)}`),
    's.candidate, s.champion',
  ];
  const [[written] = []] = await rowsOf(
    connection,
    `copy (select ${columns.join(', ')} from ${source} as t join scores as s on s.row = t.file_row_number order by s.row)
      to ${literal(input.scoresPath)} (format parquet, compression zstd)`,
  );
  if (Number(written) !== rows) throw new Error(`wrote ${String(written)} of ${rows} scored rows`);
}
