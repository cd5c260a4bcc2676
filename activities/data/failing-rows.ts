import { type ArtifactRef, MediaType } from '../../contracts/artifacts.js';
import type { ArtifactStore } from '../ports/artifact-store.js';
import type { SqlSession } from '../ports/sql-engine.js';
import { type RowCheck, keyText } from './row-checks.js';
import { copyTo, literal, quoted } from './sql-text.js';

/** Rows of evidence over all checks: enough to see the fault, small enough to open anywhere. */
const MAX_ROWS = 1_000;

function sampleOf(check: RowCheck, limit: number): string {
  const { fails, key, source } = check;
  const repeated = keyText(key ?? []);
  const condition =
    fails ?? `${repeated} IN (SELECT ${repeated} FROM ${quoted(source)} AS s GROUP BY 1 HAVING count(*) > 1)`;
  return `(SELECT ${literal(check.check)} AS "check", ${literal(source)} AS source, to_json(s)::VARCHAR AS row
    FROM ${quoted(source)} AS s WHERE ${condition} ORDER BY row LIMIT ${limit})`;
}

/** Parquet file of failing rows: the check, the source and the row as JSON. Null when no row fails. */
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
