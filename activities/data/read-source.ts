import { stat } from 'node:fs/promises';
import type { TimeRange } from '../../contracts/artifacts.js';
import { hintOn, listed } from '../../contracts/checks/missing-column.js';
import { FailureType, type MainspringFailure, fail } from '../../contracts/failures.js';
import { type Source, type SourceFormat, addressOf, formatOf } from '../../contracts/spec/source.js';
import { isString, isTemporal } from '../../contracts/sql-types.js';
import type { SqlSession } from '../ports/sql-engine.js';
import { literal, quoted, timestamp } from '../../contracts/sql-text.js';
import { sameColumns, tooWide } from './column-limits.js';
import { headerOf } from './csv-file.js';
import { jsonReader, typesAs } from './json-reader.js';
import { type Declared, type ForcedColumn, csvReader, forcedColumns, strictReader } from './csv-reader.js';
import { misread } from './misread.js';
import { copyTo, parquet } from './parquet-sql.js';
import { csvFault, isUnreadable, reasonOf } from './unreadable.js';
import { columnsOf } from './table.js';

const EXPORT_AGAIN = 'Export it again, with its rows.';

/** One of the objects of a source. */
export interface Part {
  /** Its key, for messages. */
  named: string;
  /** Columns that all its rows have, with their value as text. */
  partition: Record<string, string>;
}

/** A source whose file is read. */
interface Located {
  name: string;
  source: Source;
  format: SourceFormat;
  path: string;
  /** Name of the file in the spec, or of the object. */
  named: string;
  /** The source with its file, for messages. */
  location: string;
}

/** SQL condition of a row in the window. Rows without an event time are kept, so that validation sees them. */
const within = (time: string, { from, to }: TimeRange): string =>
  `${quoted(time)} IS NULL OR (${quoted(time)} >= ${timestamp(from)} AND ${quoted(time)} < ${timestamp(to)})`;

const unreadable = (message: string, remedy: string): MainspringFailure =>
  fail(FailureType.SourceUnreadable, message, { remedy });

/** Names of the columns as the file has them. DuckDB would number names that it takes for the same. */
async function namesIn(session: SqlSession, { format, path, location }: Located): Promise<string[]> {
  if (format === 'jsonl') return Object.keys(await columnsOf(session, jsonReader(path)));
  if (format === 'csv') {
    const header = await headerOf(path);
    if (Array.isArray(header)) return header;
    throw unreadable(`${location} ${header.fault}`, header.remedy);
  }
  const schema = await session.rows(`SELECT name, num_children FROM parquet_schema(${literal(path)})`);
  const names: string[] = [];
  // A depth-first list: the children of a nested column follow it.
  for (let at = 1, inner = 0; at < schema.length; at += 1) {
    if (inner === 0) names.push(String(schema[at]?.['name']));
    inner = Math.max(inner - 1, 0) + Number(schema[at]?.['num_children'] ?? 0);
  }
  return names;
}

/** FROM clause of the file with the declared types, after checking that its values are of these types. */
async function readerOf(
  session: SqlSession,
  located: Located,
  names: readonly string[],
  declared: readonly Declared[],
): Promise<string> {
  const { source, format, path, location } = located;
  if (format === 'parquet') return parquet(path);
  const guessed = await columnsOf(session, format === 'csv' ? csvReader(source, path) : jsonReader(path));
  const readerAs = (texts: readonly string[]): string =>
    format === 'csv' ? csvReader(source, path, texts) : jsonReader(path, typesAs(guessed, texts));
  const plain = readerAs([]);
  if (Object.keys(guessed).length !== names.length)
    throw unreadable(
      `${location} has ${names.length} names in its header, and its rows have ${Object.keys(guessed).length} fields`,
      'Give each row one field for each name.',
    );
  const own = declared.filter(({ column }) => guessed[column] !== undefined);
  const { time } = source;
  if (time !== undefined && isString(guessed[time]) && !own.some(({ column }) => column === time))
    own.push({ column: time, type: 'timestamp', onFail: 'stop' });
  const forced = forcedColumns(own, guessed);
  if (forced.length === 0) return plain;
  const texts = readerAs(forced.map(({ column }) => column));
  const kept: ForcedColumn[] = [];
  for (const column of forced) {
    const fault = await misread(session, texts, column);
    if (fault === undefined) kept.push(column);
    else if (column.onFail !== 'warn')
      throw fail(
        FailureType.DataRejected,
        `column "${column.column}" of ${location} is ${column.column === time ? 'the event time' : `declared ${column.type}`}, and ${fault.message}`,
        { remedy: fault.remedy(`data.sources.${located.name}.nulls`) },
      );
  }
  const replaced = kept.filter(({ type }) => type !== 'string');
  const from = readerAs(kept.map(({ column }) => column));
  if (replaced.length === 0) return from;
  const casts = replaced.map(({ column, value }) => `${value} AS ${quoted(column)}`);
  return `(SELECT * REPLACE (${casts.join(', ')}) FROM ${from})`;
}

function checkTime({ name, source: { time }, location }: Located, columns: Record<string, string>): void {
  if (time !== undefined && columns[time] === undefined)
    throw unreadable(
      `${location} has no column "${time}"${hintOn(time, Object.keys(columns))}, which data.sources.${name}.time names; it has ${listed(Object.keys(columns))}`,
      'Correct the name, or the file.',
    );
  if (time !== undefined && !isTemporal(columns[time]))
    throw unreadable(
      `column "${time}" of ${location} is of type ${columns[time]}, and an event time must be a timestamp or a date`,
      'Store it as such.',
    );
}

/**
 * Write the rows of a file of a source that lie in the read window, in a total order.
 *
 * @param declared columns of this source that the spec declares; CSV and JSON lines are read with their types
 * @param part the object that the file is, which may have no row in the window. Default: the file is the whole source
 * @throws ApplicationFailure `SourceUnreadable` (empty, damaged, no such time column), `DataTooLarge`, `DataRejected` (no row
 * in the window, a value that is not of the declared type)
 */
export async function readSource(
  session: SqlSession,
  name: string,
  source: Source,
  path: string,
  window: TimeRange,
  output: string,
  declared: readonly Declared[] = [],
  part?: Part,
): Promise<void> {
  const named = part?.named ?? addressOf(source);
  const format = formatOf(source) ?? 'parquet';
  const located: Located = { name, source, format, path, named, location: `data.sources.${name} (${named})` };
  const { location } = located;
  if ((await stat(path)).size === 0) throw unreadable(`${location} is an empty file`, EXPORT_AGAIN);
  let names: string[] = [];
  try {
    names = await namesIn(session, located);
    const fault = tooWide(location, names) ?? sameColumns(location, names);
    if (fault) throw fault;
    const reader = withPartition(await readerOf(session, located, names, declared), names, part);
    checkTime(located, await columnsOf(session, reader));
    const { time } = source;
    const where = time === undefined ? 'true' : within(time, window);
    await session.run(copyTo(output, `SELECT * FROM ${reader} WHERE ${where} ORDER BY ALL`));
    const [found] = await session.rows(`SELECT count(*) AS rows FROM ${parquet(output)}`);
    if (found?.['rows'] === 0 && !part) throw await emptiness(session, location, reader, time, window);
  } catch (error) {
    if (!isUnreadable(error)) throw error;
    if (format === 'jsonl')
      throw unreadable(
        `${location} cannot be read as JSON lines: ${reasonOf(error).replaceAll(path, named)}`,
        'Write one JSON object a line, in UTF-8.',
      );
    if (format === 'parquet')
      throw unreadable(
        `${location} cannot be read as Parquet: ${reasonOf(error).replaceAll(path, named)}`,
        'Export the file again, and compare its size with the original: it may be cut off or damaged.',
      );
    const reason = await csvFault(session, strictReader(source, path, names), error);
    throw unreadable(
      `${location} cannot be read as CSV: ${reason.replaceAll(path, named)}`,
      'Repair the file: RFC 4180 with commas, double quotes, a header and the same number of fields in each row, in UTF-8.',
    );
  }
}

/** FROM clause with the columns that all rows of an object have. A column of the file itself wins. */
function withPartition(reader: string, names: readonly string[], part: Part | undefined): string {
  const values = Object.entries(part?.partition ?? {}).filter(([name]) => !names.includes(name));
  if (values.length === 0) return reader;
  return `(SELECT *, ${values.map(([name, value]) => `${literal(value)} AS ${quoted(name)}`).join(', ')} FROM ${reader})`;
}

/**
 * Why a source gives no rows, and what to do about it.
 *
 * @param reader FROM clause of all its rows; undefined if they are not together
 */
export async function emptiness(
  session: SqlSession,
  location: string,
  reader: string | undefined,
  time: string | undefined,
  { from, to }: TimeRange,
): Promise<MainspringFailure> {
  if (time === undefined)
    return fail(FailureType.DataRejected, `${location} has no rows`, { remedy: EXPORT_AGAIN });
  const [span] =
    reader === undefined
      ? []
      : await session.rows(
          `SELECT 'from ' || min(${quoted(time)}) || ' to ' || max(${quoted(time)}) AS text FROM ${reader}`,
        );
  const text = span?.['text'];
  const has =
    typeof text === 'string'
      ? `; its rows go ${text}`
      : reader === undefined
        ? ''
        : '; it has no rows at all';
  return fail(FailureType.DataRejected, `${location} has no row with "${time}" in [${from}, ${to})${has}`, {
    remedy: 'Choose another --as-of, or bring the source up to date.',
  });
}
