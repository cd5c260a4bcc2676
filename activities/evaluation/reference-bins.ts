import type { NumericReference } from '../../contracts/evaluation.js';
import { binCount, binSql } from '../drift/bins.js';
import { quoted } from '../../contracts/sql-text.js';
import { asFloat32 } from '../drift/float32.js';
import { shares } from '../drift/psi.js';
import { driftThreshold } from '../drift/threshold.js';
import { breather } from './breather.js';
import type { SqlSession } from '../ports/sql-engine.js';
import { type ReferenceSource, countByUnit } from './reference-counts.js';

/** The deciles of the reference are the inner edges of the bins. */
const QUANTILES = [0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9];

/** A numeric column of the table, and its name in the reference. */
export interface NumericColumn {
  column: string;
  name: string;
}

/** References of numeric columns: ten bins by the deciles of the reference, and one bin for missing values. */
export async function numericReferences(
  session: SqlSession,
  source: ReferenceSource,
  columns: readonly NumericColumn[],
): Promise<NumericReference[]> {
  if (columns.length === 0) return [];
  const deciles = columns.map(
    ({ column }, n) =>
      `quantile_disc(${asFloat32(quoted(column))}, [${QUANTILES.join(', ')}]) filter (isfinite(${quoted(column)}::double)) as "deciles ${n}"`,
  );
  const [found] = await session.rows(`select ${deciles.join(', ')} from ${source.from}`);
  const edges = columns.map((_, n) => [...new Set((found?.[`deciles ${n}`] as number[] | null) ?? [])]);
  const counts = await countByUnit(
    session,
    source,
    columns.map(({ column }, n) => ({
      binSql: binSql(column, edges[n] ?? []),
      bins: binCount(edges[n] ?? []),
    })),
  );
  const breathe = breather();
  const references: NumericReference[] = [];
  for (const [n, { name }] of columns.entries()) {
    await breathe();
    references.push({
      column: name,
      edges: edges[n] ?? [],
      shares: shares(counts[n]?.total ?? []),
      threshold: driftThreshold(counts[n]?.perUnit ?? [], source.drift, source.seed),
    });
  }
  return references;
}
