import { MediaType, type Table } from '../../contracts/artifacts.js';
import type { ArtifactStore } from '../ports/artifact-store.js';
import type { SqlSession } from '../ports/sql-engine.js';
import { parquet, quoted } from './sql-text.js';

/** Column name → DuckDB type of a FROM clause. */
export async function columnsOf(session: SqlSession, from: string): Promise<Record<string, string>> {
  const rows = await session.rows(`SELECT column_name, column_type FROM (DESCRIBE SELECT * FROM ${from})`);
  return Object.fromEntries(rows.map((row) => [String(row['column_name']), String(row['column_type'])]));
}

/** Types whose values have a place in time. */
export const isTemporal = (type: string | undefined): boolean => /^(TIMESTAMP|DATE)/.test(type ?? '');

/** Keep a local Parquet file as an artifact, with what a reader must know of it. */
export async function storeTable(
  { artifacts, session }: { artifacts: ArtifactStore; session: SqlSession },
  path: string,
  time: string | undefined,
): Promise<Table> {
  const from = parquet(path);
  const columns = await columnsOf(session, from);
  // Half-open: the end is the millisecond after the newest row.
  const range =
    time !== undefined && isTemporal(columns[time])
      ? `epoch_ms(min(${quoted(time)})::TIMESTAMP) AS first, epoch_ms(max(${quoted(time)})::TIMESTAMP) + 1 AS last`
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
