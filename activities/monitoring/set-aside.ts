import { join } from 'node:path';
import { type ArtifactRef, MediaType } from '../../contracts/artifacts.js';
import type { SetAside } from '../../contracts/monitor.js';
import { literal } from '../../contracts/sql-text.js';
import { copyTo } from '../data/parquet-sql.js';
import type { SqlSession } from '../ports/sql-engine.js';

/** Reasons that a result names; it travels in a message. */
const NAMED = 20;
/** Rows that the table holds. Further ones are only counted. */
const KEPT = 100_000;

/** Labels of the window that the problem does not have. */
export interface AsideLabels {
  count: number;
  /** Some of them. */
  some: { id: string; label: number }[];
}

/**
 * Count what `readLines` and the labels set aside, and keep it as a table with its reasons.
 *
 * @returns undefined if nothing was set aside
 */
export async function storeAside(
  session: SqlSession,
  labels: AsideLabels,
  { folder, store }: { folder: string; store: (path: string, mediaType: string) => Promise<ArtifactRef> },
): Promise<SetAside | undefined> {
  if (labels.some.length > 0) {
    const values = labels.some.map(
      ({ id, label }) =>
        `(null, ${literal(id)}, null, ${literal(`label ${label} is none of the problem`)}, 1)`,
    );
    await session.run(`insert into aside values ${values.join(', ')}`);
  }
  const reasons = await session.rows(
    `select reason, sum(rows)::bigint as rows from aside group by reason order by rows desc, reason`,
  );
  if (reasons.length === 0) return undefined;
  const all = reasons.reduce((sum, { rows }) => sum + Number(rows), 0);
  const path = join(folder, 'set-aside.parquet');
  await session.run(copyTo(path, `select * from aside order by all limit ${KEPT}`));
  return {
    rows: all - labels.some.length,
    labels: labels.count,
    reasons: reasons
      .slice(0, NAMED)
      .map(({ reason, rows }) => ({ reason: String(reason), rows: Number(rows) })),
    table: await store(path, MediaType.parquet),
  };
}
