import { MediaType, type Table } from '../../contracts/artifacts.js';
import type { ArtifactStore } from '../ports/artifact-store.js';
import type { SqlSession } from '../ports/sql-engine.js';
import { quoted } from '../../contracts/sql-text.js';
import { tooWide } from './column-limits.js';
import { parquet } from './parquet-sql.js';
import { isTemporal } from '../../contracts/sql-types.js';

const EARLIEST = "TIMESTAMP '0001-01-01'";
const LATEST = "TIMESTAMP '9999-12-31'";

/** Columns of a FROM clause with their DuckDB types. */
export async function columnsOf(session: SqlSession, from: string): Promise<Record<string, string>> {
  const rows = await session.rows(`SELECT column_name, column_type FROM (DESCRIBE SELECT * FROM ${from})`);
  return Object.fromEntries(rows.map((row) => [String(row['column_name']), String(row['column_type'])]));
}

/**
 * Store a local Parquet file as an artifact, and return it with its rows, columns and time range.
 *
 * @param named the table in messages
 * @throws ApplicationFailure `DataTooLarge`
 */
export async function storeTable(
  { artifacts, session }: { artifacts: ArtifactStore; session: SqlSession },
  path: string,
  time: string | undefined,
  named = 'the table',
): Promise<Table> {
  const from = parquet(path);
  const columns = await columnsOf(session, from);
  const fault = tooWide(named, Object.keys(columns));
  if (fault) throw fault;
  // Instants that JavaScript cannot hold are no part of the range; a step that needs the time of each row refuses them.
  const instants = `CASE WHEN TRY_CAST(${quoted(time ?? '')} AS TIMESTAMP) BETWEEN ${EARLIEST} AND ${LATEST} THEN ${quoted(time ?? '')}::TIMESTAMP END`;
  // The range is half-open: it ends one millisecond after the newest row.
  const range =
    time !== undefined && isTemporal(columns[time])
      ? `epoch_ms(min(${instants})) AS first, epoch_ms(max(${instants})) + 1 AS last`
      : 'NULL AS first, NULL AS last';
  const [found] = await session.rows(`SELECT count(*) AS rows, ${range} FROM ${from}`);
  const instant = (ms: unknown): string => new Date(Number(ms)).toISOString();
  return {
    artifact: await artifacts.putFile(path, MediaType.parquet),
    rows: Number(found?.['rows']),
    columns,
    range:
      typeof found?.['first'] !== 'number'
        ? null
        : { from: instant(found['first']), to: instant(found['last']) },
  };
}
