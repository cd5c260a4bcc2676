import { stat } from 'node:fs/promises';
import type { TimeRange } from '../../contracts/artifacts.js';
import { FailureType, fail } from '../../contracts/failures.js';
import type { Source } from '../../contracts/spec/data.js';
import type { SqlSession } from '../ports/sql-engine.js';
import { copyTo, literal, parquet, quoted, timestamp } from './sql-text.js';
import { columnsOf, isTemporal } from './table.js';

/** The spec's name for the file, and how the engine reads it: CSV as RFC 4180 has it, nothing is guessed but types. */
const fileOf = (source: Source, path: string): { named: string; reader: string } =>
  source.parquet === undefined
    ? {
        named: source.csv ?? '',
        reader: `read_csv(${literal(path)}, header = true, delim = ',', quote = '"', escape = '"', sample_size = -1)`,
      }
    : { named: source.parquet, reader: parquet(path) };

/** A damaged or foreign file; trouble of this machine (disk, memory) is left to a retry. */
const isUnreadable = (error: unknown): error is Error =>
  error instanceof Error &&
  /^(Invalid Input|Conversion|Binder|Parser|Serialization) Error|No magic bytes|too small to be a Parquet/.test(
    error.message,
  );

/** Null times cannot be placed: they stay in, so that validation sees them. */
const within = (time: string, { from, to }: TimeRange): string =>
  `${quoted(time)} IS NULL OR (${quoted(time)} >= ${timestamp(from)} AND ${quoted(time)} < ${timestamp(to)})`;

/**
 * Write the rows of a source that lie in the read window, in a total order.
 *
 * @throws ApplicationFailure `SourceUnreadable` (empty, damaged, no such time column), `DataRejected` (no row in the window)
 */
export async function readSource(
  session: SqlSession,
  name: string,
  source: Source,
  path: string,
  window: TimeRange,
  output: string,
): Promise<void> {
  const { named, reader } = fileOf(source, path);
  const place = `data.sources.${name} (${named})`;
  if ((await stat(path)).size === 0)
    throw fail(FailureType.SourceUnreadable, `${place} is an empty file: export it again, with its rows`);
  try {
    const columns = await columnsOf(session, reader);
    const { time } = source;
    if (time !== undefined && columns[time] === undefined)
      throw fail(
        FailureType.SourceUnreadable,
        `${place} has no column "${time}", which data.sources.${name}.time names; it has ${Object.keys(columns).join(', ')}: correct the name, or the file`,
      );
    if (time !== undefined && !isTemporal(columns[time]))
      throw fail(
        FailureType.SourceUnreadable,
        `column "${time}" of ${place} is of type ${columns[time]}, and an event time must be a timestamp or a date: store it as such`,
      );
    const where = time === undefined ? 'true' : within(time, window);
    await session.run(copyTo(output, `SELECT * FROM ${reader} WHERE ${where} ORDER BY ALL`));
    const [found] = await session.rows(`SELECT count(*) AS rows FROM ${parquet(output)}`);
    if (found?.['rows'] === 0)
      throw fail(FailureType.DataRejected, await emptiness(session, place, reader, time, window));
  } catch (error) {
    if (isUnreadable(error))
      throw fail(
        FailureType.SourceUnreadable,
        `${place} cannot be read as ${source.parquet === undefined ? 'CSV' : 'Parquet'}: ${error.message.split('\n')[0]?.replaceAll(path, named) ?? ''}. Repair the file, or declare its real format`,
      );
    throw error;
  }
}

async function emptiness(
  session: SqlSession,
  place: string,
  reader: string,
  time: string | undefined,
  { from, to }: TimeRange,
): Promise<string> {
  if (time === undefined) return `${place} has no rows: export it again, with its rows`;
  const [span] = await session.rows(
    `SELECT 'from ' || min(${quoted(time)}) || ' to ' || max(${quoted(time)}) AS text FROM ${reader}`,
  );
  const text = span?.['text'];
  const has = typeof text === 'string' ? `its rows go ${text}` : 'it has no rows at all';
  return `${place} has no row with "${time}" in [${from}, ${to}); ${has}: choose another --as-of, or bring the source up to date`;
}
