import type { Problem } from '../../contracts/problems/index.js';
import type { SqlSession } from '../ports/sql-engine.js';

const mean = (from: string): string => `SELECT avg(label)::DOUBLE AS rate FROM ${from}`;

const RATES: Record<Problem['type'], (from: string) => string> = {
  'binary-classification': mean,
  'multiclass-classification': (from) =>
    `SELECT max(n)::DOUBLE / sum(n) AS rate FROM (SELECT count(*) AS n FROM ${from} GROUP BY label)`,
  regression: mean,
};

/**
 * The base rate of a table with column `label`: see `SplitResult.baseRate`.
 *
 * @param from what SQL reads the table from
 */
export async function baseRateOf(session: SqlSession, from: string, problem: Problem): Promise<number> {
  const [found] = await session.rows(RATES[problem.type](from));
  return Number(found?.['rate']);
}
