import { quoted } from '../../contracts/sql-text.js';
import type { SqlSession } from '../ports/sql-engine.js';
import { failsIn } from './failing-rows.js';
import type { RowCheck } from './row-checks.js';

/** Failing rows that a message names. */
const ROWS = 3;

/** Checks whose rows are named. A table with more failing checks is broken as a whole. */
const CHECKS = 20;

/** Characters of a value that a message shows. */
const WIDTH = 40;

const cut = (text: unknown): string => {
  const whole = String(text);
  return whole.length <= WIDTH ? whole : `${whole.slice(0, WIDTH)}…`;
};

/**
 * The first failing rows of each check in words, by the id of the check: `1e+300 in the row with id 5`.
 *
 * @param id column that names a row
 */
export async function exampleRows(
  session: SqlSession,
  id: string,
  failing: RowCheck[],
): Promise<Map<string, string>> {
  const found = new Map<string, string>();
  for (const check of failing.slice(0, CHECKS)) {
    const column = quoted(check.columns[0] ?? id);
    const rows = await session.rows(
      `SELECT s.${quoted(id)}::VARCHAR AS id, s.${column}::VARCHAR AS value FROM ${quoted(check.source)} AS s
        WHERE ${failsIn(check)} ORDER BY 1 LIMIT ${ROWS}`,
    );
    found.set(
      check.id,
      rows.map((row) => `${cut(row['value'])} in the row with ${id} ${cut(row['id'])}`).join(', '),
    );
  }
  return found;
}
