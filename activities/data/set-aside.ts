import { join } from 'node:path';
import type { Data } from '../../contracts/spec/data.js';
import type { SqlSession } from '../ports/sql-engine.js';
import { countOf, isCountedInPass } from './count-failing.js';
import { keptRows } from './kept-rows.js';
import { type RowCheck, rowChecks } from './row-checks.js';
import { quoted } from '../../contracts/sql-text.js';
import { copyTo, parquet } from './parquet-sql.js';
import { columnsOf } from './table.js';

/** @param order columns by which the source is sorted */
async function fails(session: SqlSession, check: RowCheck, order: string[]): Promise<boolean> {
  const from = isCountedInPass(check) ? ` FROM ${quoted(check.source)} AS s` : '';
  const [found] = await session.rows(`SELECT ${countOf(check, { order })} AS rows${from}`);
  return Number(found?.['rows']) > 0;
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
    const failed: RowCheck[] = [];
    for (const check of checks.filter(({ source }) => source === name))
      if (await fails(session, check, order)) failed.push(check);
    if (failed.length === 0) continue;
    kept[name] = join(folder, `${name}-kept.parquet`);
    await session.run(copyTo(kept[name], `${keptRows(name, failed, order)} ORDER BY ALL`));
  }
  return kept;
}
