import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { MainspringFailure } from '../../../contracts/failures.js';
import { openSqlEngine } from '../../../infra/adapters/duckdb/sql-engine.js';
import { type Change, EVENTS_SQL, type World, openWorld } from '../../activities/data/world.js';
import { defineDoor } from '../door.js';
import { nastyText } from '../items/nasty.js';
import { type Verdict, accepted, hasTrace, refused, setAside, silent, stopped } from '../verdict.js';

interface Item {
  change: Change;
  /** Bytes of the Parquet file that are turned over, by their share of the file. */
  flips: number[];
  /** False to stop after the checks of the raw data, which are the fast part. */
  whole: boolean;
}

/** A cell of a CSV file, quoted or not. */
const cell = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.constantFrom(
      'AAA',
      'BBB',
      'large',
      'small',
      '1',
      '0.5',
      '',
      'NA',
      'NaN',
      'Infinity',
      '1e400',
    ),
  },
  { weight: 2, arbitrary: nastyText },
  { weight: 1, arbitrary: nastyText.map((text) => `"${text.replaceAll('"', '""')}"`) },
);
const line = fc.array(cell, { minLength: 1, maxLength: 3 }).map((cells) => cells.join(','));
const places = fc
  .record({
    header: fc.oneof(
      {
        weight: 4,
        arbitrary: fc.constantFrom('code,size', 'code,size,more', '"code","size"', 'Code,code,size'),
      },
      { weight: 1, arbitrary: line },
    ),
    good: fc.boolean(),
    rows: fc.array(line, { maxLength: 5 }),
    end: fc.constantFrom('\n', '\r\n', '\r', ''),
  })
  .map(
    ({ header, good, rows, end }) =>
      [header, ...(good ? ['AAA,large', 'BBB,small'] : []), ...rows].join(end === '' ? '\n' : end) + end,
  );

/** Values of a column in DuckDB's SQL. */
const VALUES = [
  '1.797e308::double',
  "'nan'::double",
  "'inf'::double",
  '1e39::double',
  'null::double',
  '-0.0',
  '1e-320::double',
  '2::hugeint ** 100',
  '1.5::decimal(38, 10)',
  '9007199254740993::bigint',
  "'text'",
  "''",
  'chr(0)',
  "repeat('x', 100000)",
  "'\\xff'::blob",
  'true',
  'interval 3 month',
  "time '12:00'",
  "date '2001-02-01'",
  "'infinity'::timestamp",
  "'-infinity'::timestamp",
  "'infinity'::date",
  "timestamp '0001-01-01'",
  "timestamp '290000-01-01'",
  "timestamptz '2001-01-15 12:00+02'",
  "'2001-01-15 12:00:00'::timestamp_ns",
  'uuid()',
  '[1, 2]',
  "{'a': 1}",
  "map {'k': 1}",
  "'a'::enum('a', 'b')",
  "'2001-02-30'",
];
const COLUMNS = ['id', 'ts', 'place', 'x', 'late'] as const;

/** The good events with some values of a column replaced, for some rows or for all. */
const events = fc
  .record({
    column: fc.constantFrom(...COLUMNS),
    value: fc.constantFrom(...VALUES),
    rows: fc.constantFrom('true', 'id = 400', 'id % 3 = 0', 'id > 900'),
    extra: fc.option(
      fc.constantFrom('"X"', '"a b"', '"x""y"', '"naïve"', '"select"', `"${'n'.repeat(300)}"`),
      { nil: undefined },
    ),
  })
  .map(({ column, value, rows, extra }) => {
    const replaced =
      rows === 'true'
        ? value
        : `case when ${rows} then try_cast(${value} as ${TYPES[column]}) else ${column} end`;
    const more = extra === undefined ? '' : `, 1 as ${extra}`;
    return `select * replace (${replaced} as ${column})${more} from (${EVENTS_SQL})`;
  });
const TYPES: Record<(typeof COLUMNS)[number], string> = {
  id: 'bigint',
  ts: 'timestamp',
  place: 'varchar',
  x: 'double',
  late: 'integer',
};

const checks = fc.subarray<NonNullable<NonNullable<Change['data']>['checks']>[number]>([
  { notNull: ['id', 'ts', 'x'], source: 'events' },
  { range: { column: 'x', min: 0, max: 10 }, source: 'events', onFail: 'quarantine' },
  { unique: ['id'], source: 'events' },
  { columns: { code: 'string', size: 'string' }, source: 'places' },
  { columns: { x: 'float', late: 'int', ts: 'timestamp' }, source: 'events' },
  { pattern: { column: 'place', regex: '[A-Z]{3}' }, source: 'events' },
  { oneOf: { column: 'place', values: ['AAA', 'BBB'] }, source: 'events' },
  { references: { column: 'place', to: 'places.code' }, source: 'events' },
]);

const items: fc.Arbitrary<Item> = fc.record({
  change: fc.record(
    {
      events,
      places,
      data: checks.map((own) => ({ checks: own })),
    },
    { requiredKeys: ['data'], noNullPrototype: true },
  ),
  flips: fc.oneof(
    { weight: 4, arbitrary: fc.constant<number[]>([]) },
    {
      weight: 1,
      arbitrary: fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { minLength: 1, maxLength: 6 }),
    },
  ),
  whole: fc.integer({ min: 0, max: 5 }).map((n) => n === 0),
});

/** A Parquet file of the events, as bytes. */
async function parquetOf(select: string): Promise<Buffer> {
  const folder = await mkdtemp(join(tmpdir(), 'mainspring-abuse-data-'));
  try {
    const path = join(folder, 'events.parquet');
    await openSqlEngine().session({ folder, signal: AbortSignal.timeout(30_000) }, (session) =>
      session.run(`copy (${select}) to '${path}' (format parquet)`),
    );
    return await readFile(path);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

function flipped(bytes: Buffer, flips: readonly number[]): Buffer {
  const copy = Buffer.from(bytes);
  for (const at of flips) {
    const index = Math.min(copy.length - 1, Math.floor(at * copy.length));
    copy[index] = (copy[index] ?? 0) ^ 0xff;
  }
  return copy;
}

async function pipeline(
  { activities, run, declare }: World,
  change: Change,
  whole: boolean,
): Promise<Verdict> {
  const base = await declare(change);
  const snapshots = await run(activities.extractSources, base);
  const raw = await run(activities.validateRaw, { ...base, snapshots });
  const aside = raw.checks.filter(({ failing }) => failing > 0);
  if (!raw.passed) return refused(raw.checks.map(({ message }) => message).join('; '));
  if (whole) {
    const clean = await run(activities.cleanRows, { ...base, snapshots });
    const features = await run(activities.buildFeatures, { ...base, clean });
    const checked = await run(activities.validateFeatures, { ...base, features });
    if (!checked.passed) return refused(checked.checks.map(({ message }) => message).join('; '));
    await run(activities.splitRows, { ...base, features });
  }
  return aside.length === 0 ? accepted() : setAside(aside.map(({ message }) => message).join('; '));
}

/** CSV and Parquet sources through the data pipeline. An error without a name would be retried for ever. */
export const dataFiles = defineDoor<Item>({
  name: 'data-files',
  what: 'CSV and Parquet sources',
  weight: 0.5,
  open: async () => {
    const world = await openWorld();
    const good = await parquetOf(EVENTS_SQL);

    async function send({ change, flips, whole }: Item): Promise<Verdict> {
      const file = flips.length > 0 ? { file: flipped(good, flips) } : {};
      try {
        return await pipeline(world, { ...change, ...file }, whole);
      } catch (error) {
        if (!(error instanceof MainspringFailure)) return silent(`it would be retried: ${String(error)}`);
        const { message, remedy } = error;
        if (hasTrace(message)) return stopped(`a stack trace: ${message}`);
        return remedy === '' ? stopped(`no remedy: ${message}`) : refused(message);
      }
    }
    return {
      items,
      send,
      settle: () => pipeline(world, {}, false),
      close: () => world.close(),
    };
  },
});
