import { join } from 'node:path';
import type { Data } from '../../contracts/spec/data.js';
import type { SqlSession } from '../ports/sql-engine.js';
import { type RowCheck, rowChecks } from './row-checks.js';
import { copyTo, parquet, quoted } from './sql-text.js';

const keeps = ({ fails, key }: RowCheck): string =>
  fails === null
    ? `row_number() OVER (PARTITION BY ${(key ?? []).map((name) => `s.${quoted(name)}`).join(', ')} ORDER BY s) = 1`
    : `coalesce(NOT (${fails}), true)`;

/**
 * Source name → file without the rows that fail a check with `onFail: quarantine`. Of rows that share a key the smallest
 * stays, by all columns. Sources that nothing is set aside from keep their file.
 */
export async function setAside(
  session: SqlSession,
  data: Pick<Data, 'checks' | 'sources'>,
  { paths, folder }: { paths: Record<string, string>; folder: string },
): Promise<Record<string, string>> {
  const checks = rowChecks(data).filter(({ onFail }) => onFail === 'quarantine');
  if (checks.length === 0) return paths;
  for (const [name, path] of Object.entries(paths))
    await session.run(`CREATE VIEW ${quoted(name)} AS SELECT * FROM ${parquet(path)}`);
  const kept: Record<string, string> = {};
  for (const [name, path] of Object.entries(paths)) {
    const own = checks.filter(({ source }) => source === name);
    kept[name] = path;
    if (own.length === 0) continue;
    kept[name] = join(folder, `${name}-kept.parquet`);
    const [rows, keys] = [own.filter(({ key }) => key === null), own.filter(({ key }) => key !== null)];
    const where = rows.length === 0 ? '' : `WHERE ${rows.map((check) => `(${keeps(check)})`).join(' AND ')}`;
    const qualify = keys.length === 0 ? '' : `QUALIFY ${keys.map(keeps).join(' AND ')}`;
    await session.run(
      copyTo(kept[name], `SELECT s.* FROM ${quoted(name)} AS s ${where} ${qualify} ORDER BY ALL`),
    );
  }
  return kept;
}
