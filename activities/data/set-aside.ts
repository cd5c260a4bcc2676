import { join } from 'node:path';
import type { Data } from '../../contracts/spec/data.js';
import type { SqlSession } from '../ports/sql-engine.js';
import { countOf, isCountedInPass } from './count-failing.js';
import { keptRows } from './kept-rows.js';
import { type RowCheck, rowChecks } from './row-checks.js';
import { quoted } from '../../contracts/sql-text.js';
import { copyTo, parquet } from './parquet-sql.js';
import { columnsOf } from './table.js';

/**
 * The checks that a row of the source fails, in one pass for conditions and one statement for the others.
 *
 * @param order columns by which the source is sorted
 */
async function failedOf(
  session: SqlSession,
  source: string,
  checks: readonly RowCheck[],
  order: string[],
): Promise<RowCheck[]> {
  const failed = async (asked: RowCheck[], from: string): Promise<RowCheck[]> => {
    if (asked.length === 0) return [];
    const counts = asked.map((check, at) => `${countOf(check, { order })} AS c${at}`);
    const [found] = await session.rows(`SELECT ${counts.join(', ')}${from}`);
    return asked.filter((_, at) => Number(found?.[`c${at}`]) > 0);
  };
  const apart = checks.filter((check) => !isCountedInPass(check));
  return [
    ...(await failed(checks.filter(isCountedInPass), ` FROM ${quoted(source)} AS s`)),
    ...(await failed(apart, '')),
  ];
}

/**
 * Write each source without the rows that fail a check with `onFail: quarantine`, and return its file. Of rows with
 * equal keys the smallest by all columns stays. A source without such a row keeps its file.
 */
export async function setAside(
  session: SqlSession,
  data: Pick<Data, 'checks' | 'sources'>,
  { paths, folder }: { paths: Record<string, string>; folder: string },
): Promise<Record<string, string>> {
  const types: Record<string, Record<string, string>> = {};
  for (const [name, path] of Object.entries(paths)) {
    await session.run(`CREATE VIEW ${quoted(name)} AS SELECT * FROM ${parquet(path)}`);
    types[name] = await columnsOf(session, quoted(name));
  }
  const checks = rowChecks(data, types).filter(({ onFail }) => onFail === 'quarantine');
  const kept: Record<string, string> = {};
  for (const [name, path] of Object.entries(paths)) {
    kept[name] = path;
    // Snapshots are sorted by all columns.
    const order = Object.keys(types[name] ?? {});
    const own = checks.filter(({ source }) => source === name);
    const failed = await failedOf(session, name, own, order);
    if (failed.length === 0) continue;
    kept[name] = join(folder, `${name}-kept.parquet`);
    await session.run(copyTo(kept[name], `${keptRows(name, failed, order)} ORDER BY ALL`));
  }
  return kept;
}
