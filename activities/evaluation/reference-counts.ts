import type { EvaluationInput } from '../../contracts/evaluation.js';
import { quoted } from '../../contracts/sql-text.js';
import type { SqlSession } from '../ports/sql-engine.js';

/** The table that is profiled, with the settings for its thresholds. */
export interface ReferenceSource {
  /** FROM clause of the table. */
  from: string;
  /** Column whose equal values mark rows that are not independent. */
  unit: string;
  drift: EvaluationInput['drift'];
  seed: number;
}

/** Rows per bin of one column, for each unit and in total. */
export interface BinCounts {
  perUnit: Float64Array[];
  total: number[];
}

/**
 * Count the rows of each unit in the bins of several columns, in one statement.
 *
 * @param columns SQL of each column's bin, an integer from 0 to `bins` − 1
 */
export async function countByUnit(
  session: SqlSession,
  { from, unit }: ReferenceSource,
  columns: readonly { binSql: string; bins: number }[],
): Promise<BinCounts[]> {
  if (columns.length === 0) return [];
  const parts = columns.map(
    ({ binSql }, n) =>
      `select ${n} as n, ${quoted(unit)}::varchar as unit, (${binSql})::int as bin from ${from}`,
  );
  const counted = await session.rows(
    `select n, unit, bin, count(*)::int as count from (${parts.join(' union all ')}) group by all order by all`,
  );
  const units = columns.map(() => new Map<string, Float64Array>());
  for (const row of counted) {
    const of = Number(row['n']);
    const key = String(row['unit']);
    const counts = units[of]?.get(key) ?? new Float64Array(columns[of]?.bins ?? 0);
    counts[Number(row['bin'])] = Number(row['count']);
    units[of]?.set(key, counts);
  }
  return columns.map(({ bins }, n) => {
    const perUnit = [...(units[n]?.values() ?? [])];
    const total = Array.from({ length: bins }, (_, bin) =>
      perUnit.reduce((sum, counts) => sum + (counts[bin] ?? 0), 0),
    );
    return { perUnit, total };
  });
}
