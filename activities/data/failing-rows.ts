import { type ArtifactRef, MediaType } from '../../contracts/artifacts.js';
import type { ArtifactStore } from '../ports/artifact-store.js';
import type { SqlSession } from '../ports/sql-engine.js';
import { keyText } from './count-failing.js';
import type { RowCheck } from './row-checks.js';
import { literal, quoted } from '../../contracts/sql-text.js';
import { copyTo } from './parquet-sql.js';

/** Most failing rows that are kept as evidence, over all checks. The file stays small enough for any tool. */
const MAX_ROWS = 1_000;

/** SQL condition of a failing row, whose alias is `s`. For repeated keys all rows with the key fail, including the first. */
export function failsIn({ counting, source }: RowCheck): string {
  if (counting.by !== 'key') return counting.fails;
  const key = keyText(counting.key);
  return `${key} IN (SELECT ${key} FROM ${quoted(source)} AS s GROUP BY 1 HAVING count(*) > 1)`;
}

/** Alias of a whole row. A column of this name would be written instead of the row. */
const WHOLE = quoted('the whole failing row');

const sampleOf = (check: RowCheck, limit: number): string =>
  `(SELECT ${literal(check.check)} AS "check", ${literal(check.id)} AS id, ${literal(check.source)} AS source, to_json(${WHOLE})::VARCHAR AS row
    FROM (SELECT s.* FROM ${quoted(check.source)} AS s WHERE ${failsIn(check)}) AS ${WHOLE} ORDER BY row LIMIT ${limit})`;

/**
 * Writes a Parquet file of failing rows: the id of the check, the source, and the row as JSON. Null if no row fails.
 */
export async function keepFailingRows(
  { artifacts, session }: { artifacts: ArtifactStore; session: SqlSession },
  checks: RowCheck[],
  path: string,
): Promise<ArtifactRef | null> {
  if (checks.length === 0) return null;
  const limit = Math.max(1, Math.floor(MAX_ROWS / checks.length));
  const union = checks.map((check) => sampleOf(check, limit)).join('\nUNION ALL\n');
  await session.run(copyTo(path, `SELECT * FROM (${union}) ORDER BY ALL LIMIT ${MAX_ROWS}`));
  return artifacts.putFile(path, MediaType.parquet);
}
