import { join } from 'node:path';
import { column } from '../../contracts/checks/sql.js';
import type { Data } from '../../contracts/spec/data.js';
import type { SqlSession } from '../ports/sql-engine.js';
import { type RowCheck, rowChecks } from './row-checks.js';
import { quoted } from '../../contracts/sql-text.js';
import { copyTo, parquet } from './parquet-sql.js';
import { columnsOf } from './table.js';

/** @param order all columns of the source */
const keeps = ({ counting }: RowCheck, order: readonly string[]): string =>
  counting.by === 'key'
    ? `row_number() OVER (PARTITION BY ${counting.key.map(column).join(', ')} ORDER BY ${order.map(column).join(', ')}) = 1`
    : `coalesce(NOT (${counting.fails}), true)`;

const isKey = ({ counting }: RowCheck): boolean => counting.by === 'key';

/**
 * Write each source without the rows that fail a check with `onFail: quarantine`, and return its file. Of rows with
 * equal keys the smallest by all columns stays. A source without such a check keeps its file.
 */
export async function setAside(
  session: SqlSession,
  data: Pick<Data, 'checks' | 'sources'>,
  { paths, folder }: { paths: Record<string, string>; folder: string },
): Promise<Record<string, string>> {
  if (data.checks.every(({ onFail }) => onFail !== 'quarantine')) return paths;
  const types: Record<string, Record<string, string>> = {};
  for (const [name, path] of Object.entries(paths)) {
    await session.run(`CREATE VIEW ${quoted(name)} AS SELECT * FROM ${parquet(path)}`);
    types[name] = await columnsOf(session, quoted(name));
  }
  const checks = rowChecks(data, types).filter(({ onFail }) => onFail === 'quarantine');
  const kept: Record<string, string> = {};
  for (const [name, path] of Object.entries(paths)) {
    const own = checks.filter(({ source }) => source === name);
    kept[name] = path;
    if (own.length === 0) continue;
    const order = Object.keys(types[name] ?? {});
    kept[name] = join(folder, `${name}-kept.parquet`);
    const rows = own.filter((check) => !isKey(check));
    const keys = own.filter(isKey);
    const where =
      rows.length === 0 ? '' : `WHERE ${rows.map((check) => `(${keeps(check, order)})`).join(' AND ')}`;
    const qualify =
      keys.length === 0 ? '' : `QUALIFY ${keys.map((check) => keeps(check, order)).join(' AND ')}`;
    await session.run(
      copyTo(kept[name], `SELECT s.* FROM ${quoted(name)} AS s ${where} ${qualify} ORDER BY ALL`),
    );
  }
  return kept;
}
