import type { CategoricalReference } from '../../contracts/evaluation.js';
import { literal } from '../../contracts/sql-text.js';
import { shares } from '../drift/psi.js';
import { driftThreshold } from '../drift/threshold.js';
import { breather } from './breather.js';
import type { SqlSession } from '../ports/sql-engine.js';
import { type ReferenceSource, countByUnit } from './reference-counts.js';

/** Number of values that a reference lists. Rarer values are counted together as `other`. */
const MAX_VALUES = 50;

/** A text or boolean expression over the table, and its name in the reference. */
export interface CategoricalColumn {
  sql: string;
  name: string;
}

/** The most frequent values of a column, most frequent first. */
async function valuesOf(session: SqlSession, from: string, sql: string): Promise<string[]> {
  const found = await session.rows(
    `select (${sql})::varchar as value, count(*) as n from ${from} where (${sql}) is not null
      group by 1 order by n desc, value limit ${MAX_VALUES}`,
  );
  return found.map((row) => String(row['value']));
}

/**
 * References of text and boolean columns: a bin for each frequent value, one bin for all other values, and one for
 * nulls.
 */
export async function categoricalReferences(
  session: SqlSession,
  source: ReferenceSource,
  columns: readonly CategoricalColumn[],
): Promise<CategoricalReference[]> {
  const values: string[][] = [];
  for (const { sql } of columns) values.push(await valuesOf(session, source.from, sql));
  const counts = await countByUnit(
    session,
    source,
    columns.map(({ sql }, n) => {
      const known = values[n] ?? [];
      const list = `[${known.map(literal).join(', ')}]::varchar[]`;
      // list_position counts from 1 and gives 0 or null for a value that is not listed.
      const position = `coalesce(nullif(list_position(${list}, (${sql})::varchar), 0), ${known.length + 1}) - 1`;
      return {
        binSql: `case when (${sql}) is null then ${known.length + 1} else ${position} end`,
        bins: known.length + 2,
      };
    }),
  );
  const breathe = breather();
  const references: CategoricalReference[] = [];
  for (const [n, { name }] of columns.entries()) {
    await breathe();
    const all = shares(counts[n]?.total ?? []);
    const known = values[n] ?? [];
    references.push({
      column: name,
      kind: 'categorical',
      values: known.map((value, at) => ({ value, share: all[at] ?? 0 })),
      other: all[known.length] ?? 0,
      missing: all[known.length + 1] ?? 0,
      threshold: driftThreshold(counts[n]?.perUnit ?? [], source.drift, source.seed),
    });
  }
  return references;
}
