import { LARGEST_FLOAT32 } from '../../contracts/primitives/float32.js';
import type { TimeRange } from '../../contracts/artifacts.js';
import { FailureType, fail } from '../../contracts/failures.js';
import { literal } from '../../contracts/sql-text.js';
import type { SqlSession } from '../ports/sql-engine.js';

/** A local copy of a segment of the request log. */
export interface SegmentFile {
  path: string;
  /** Address of the segment, for people. */
  uri: string;
  /** Rows that the gateway wrote into it. */
  rows: number;
}

export interface LinesWanted {
  version: number;
  window: TimeRange;
  /** Number of features of a row. */
  features: number;
  /** Numbers of one prediction. */
  width: number;
}

const LINE = JSON.stringify({
  inference_id: 'VARCHAR',
  event_time: 'VARCHAR',
  version: 'BIGINT',
  // Texts, because a segment may hold lines of several versions, and another one may have a text feature.
  features: ['VARCHAR'],
  score: 'DOUBLE',
  outputs: ['DOUBLE'],
});

const isFloat = (value: string): string =>
  `(${value} is not null and isfinite(${value}) and abs(${value}) <= ${LARGEST_FLOAT32})`;

/** SQL of the reason why a line is set aside; null for a good line. */
const reason = ({ features, width }: LinesWanted): string => `case
  when line is null then 'the line is not JSON'
  when line.inference_id is null or line.inference_id = '' then 'inference_id is missing'
  when regexp_matches(line.inference_id, '\\p{Cc}') then 'inference_id has a control character'
  when moment is null then 'event_time is no instant of the calendar'
  when line.version is null then 'version is no whole number'
  when not ${isFloat('line.score')} then 'score is no 32-bit float'
  when line.features is null or len(line.features) <> ${features}
    then 'features are no list of ${features} values'
  ${
    width > 1
      ? `when line.outputs is null or len(line.outputs) <> ${width}
           or len(list_filter(line.outputs, lambda x: ${isFloat('x')})) <> ${width}
         then 'outputs are no list of ${width} numbers'`
      : ''
  } end`;

/**
 * Read the lines of the request log into table `lines` (good ones of the version and the window) and table `aside`
 * (segment, inference_id, event_time, reason, rows). One bad line, or one segment that cannot be read, harms only itself.
 *
 * Times are compared as times. A line without a time belongs to the window of the first line of its segment.
 *
 * @throws Failure `WindowUnreadable` when none of the segments is at fault
 */
export async function readLines(
  session: SqlSession,
  segments: readonly SegmentFile[],
  wanted: LinesWanted,
): Promise<void> {
  const { version, window } = wanted;
  const [from, to] = [`${literal(window.from)}::timestamptz`, `${literal(window.to)}::timestamptz`];
  await session.run(
    'create table aside (segment varchar, inference_id varchar, event_time varchar, reason varchar, rows bigint)',
  );
  await parse(session, segments, window);
  // Several steps: in one, DuckDB 1.5 fails with an internal error on a cast in both a filter and a window function.
  await session.run(
    `create temp table judged as select path, line, moment, ${reason(wanted)} as reason from parsed`,
  );
  await session.run('drop table parsed');
  const inWindow = (moment: string) =>
    `${moment} >= epoch_us(${from}) and ${moment} < epoch_us(${to}) and (line.version is null or line.version = ${version})`;
  await session.run(
    `create temp table lines as select line.inference_id as inference_id, moment, line.score as score,
       line.outputs as outputs, line.features as features
     from judged where reason is null and ${inWindow('moment')}`,
  );
  await session.run(
    `create temp table firsts as select path, coalesce(min(moment), epoch_us(${from})) as first from judged group by path`,
  );
  const uris = segments.map(({ path, uri }) => `(${literal(path)}, ${literal(uri)})`);
  if (uris.length > 0)
    await session.run(
      `insert into aside select uri, line.inference_id, line.event_time, reason, 1
       from judged join firsts using (path) join (values ${uris.join(', ')}) as named (path, uri) using (path)
       where reason is not null and ${inWindow('coalesce(moment, first)')}`,
    );
  await session.run('drop table judged');
}

/** Table `parsed`: the lines of all segments that can be read. The others are set aside. */
async function parse(
  session: SqlSession,
  segments: readonly SegmentFile[],
  window: TimeRange,
): Promise<void> {
  const create = (some: readonly SegmentFile[]) =>
    session.run(
      `create temp table parsed as
       select path, line, epoch_us(try_cast(line.event_time as timestamptz)) as moment from (${source(some)})`,
    );
  try {
    await create(segments);
  } catch (error) {
    const { readable, unreadable } = await tried(session, segments);
    if (unreadable.length === 0)
      throw fail(
        FailureType.WindowUnreadable,
        `the request log of ${window.from} to ${window.to} cannot be read: ${error instanceof Error ? error.message : String(error)}`,
        { remedy: `Look at the ${segments.length} objects that table request_segments names for this span.` },
      );
    for (const { uri, rows } of unreadable)
      await session.run(
        `insert into aside values (${literal(uri)}, null, null, 'the segment cannot be read', ${Math.max(1, rows)})`,
      );
    await create(readable);
  }
}

/** Each segment by itself. */
async function tried(session: SqlSession, segments: readonly SegmentFile[]) {
  const readable: SegmentFile[] = [];
  const unreadable: SegmentFile[] = [];
  for (const segment of segments)
    await session
      .rows(`select count(line) from (${source([segment])})`)
      .then(() => readable.push(segment))
      .catch(() => unreadable.push(segment));
  return { readable, unreadable };
}

/** Other keys of a line are ignored, so that the gateway may log more. */
function source(segments: readonly SegmentFile[]): string {
  const files = segments.map(({ path }) => literal(path)).join(', ');
  const from =
    segments.length === 0
      ? `(select null::varchar as path, null::json as json where false)`
      : `read_ndjson_objects([${files}], compression = 'gzip', ignore_errors = true, filename = path)`;
  return `select path, json_transform(json, ${literal(LINE)}) as line from ${from}`;
}
