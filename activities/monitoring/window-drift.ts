import type { ReferenceColumn, ReferenceProfile } from '../../contracts/evaluation.js';
import { binCount, binSql } from '../drift/bins.js';
import { psi, shares } from '../drift/psi.js';
import { type LoggedRequests, featureColumn } from './request-log.js';

/** How `score` is called among the columns. */
const SCORE = 'score';

export interface Drift {
  /** Column, or `score` → PSI against the reference; empty for an empty window. */
  psi: Record<string, number>;
  exceeded: string[];
}

/** The window's score and features in the frozen bins of the reference, each against its own frozen threshold. */
export async function windowDrift(
  requests: LoggedRequests,
  reference: ReferenceProfile,
  features: readonly string[],
): Promise<Drift> {
  const drift: Drift = { psi: {}, exceeded: [] };
  if (requests.rows === 0) return drift;

  const measure = async (
    name: string,
    column: string,
    { edges, shares: expected, threshold }: ReferenceColumn,
  ) => {
    const counts = await requests.histogram(binSql(column, edges), binCount(edges));
    const value = psi(expected, shares(counts));
    drift.psi[name] = value;
    if (value > threshold) drift.exceeded.push(name);
  };
  await measure(SCORE, 'score', reference.score);
  for (const column of reference.columns) {
    if (features.includes(column.column)) {
      await measure(column.column, featureColumn(column.column), column);
    }
  }
  return drift;
}
