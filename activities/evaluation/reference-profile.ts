import type { DuckDBConnection } from '@duckdb/node-api';
import type {
  EvaluationInput,
  Metrics,
  ReferenceColumn,
  ReferenceProfile,
} from '../../contracts/evaluation.js';
import { binCount, binSql } from '../drift/bins.js';
import { shares } from '../drift/psi.js';
import { driftThreshold } from '../drift/threshold.js';
import { literal, quoted, rowsOf } from './database.js';

/** Deciles of the reference are the inner edges. */
const QUANTILES = [0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9];

interface ProfileInput {
  trainPath: string;
  /** The scores that this evaluation wrote. */
  scoresPath: string;
  features: readonly string[];
  unit: string;
  drift: EvaluationInput['drift'];
  seed: number;
  metrics: Metrics;
}

/**
 * What drift is measured against: features as the model learned them (train), scores as it gives them on rows that it has
 * not learned (test), each with frozen bins and a threshold from its own resampled units.
 */
export async function referenceProfile(
  connection: DuckDBConnection,
  input: ProfileInput,
): Promise<ReferenceProfile> {
  const train = `read_parquet(${literal(input.trainPath)})`;
  const [[rows, units, baseRate] = []] = await rowsOf(
    connection,
    `select count(*)::int, count(distinct ${quoted(input.unit)})::int, avg(label)::double from ${train}`,
  );
  const columns = await profile(connection, train, input.unit, input.features, input);
  const [score] = await profile(
    connection,
    `read_parquet(${literal(input.scoresPath)})`,
    'unit',
    ['candidate'],
    input,
  );
  if (!score) throw new Error('the scores have no profile');
  return {
    rows: Number(rows),
    units: Number(units),
    columns,
    score: { ...score, column: 'score' },
    baseRate: Number(baseRate),
    metrics: input.metrics,
  };
}

async function profile(
  connection: DuckDBConnection,
  from: string,
  unit: string,
  columns: readonly string[],
  { drift, seed }: ProfileInput,
): Promise<ReferenceColumn[]> {
  const deciles = columns.map(
    (column) =>
      `quantile_disc(${quoted(column)}::float, [${QUANTILES.join(', ')}]) filter (not isnan(${quoted(column)}::float))`,
  );
  const [found = []] = await rowsOf(connection, `select ${deciles.join(', ')} from ${from}`);
  const edges = found.map((list) => [...new Set((list as number[] | null) ?? [])]);

  const parts = columns.map(
    (column, n) =>
      `select ${n} as n, ${quoted(unit)}::varchar as unit, ${binSql(column, edges[n] ?? [])} as bin from ${from}`,
  );
  const counted = await rowsOf(
    connection,
    `select n, unit, bin, count(*)::int from (${parts.join(' union all ')}) group by all order by all`,
  );
  return columns.map((column, n) => {
    const bins = binCount(edges[n] ?? []);
    const perUnit = new Map<string, Float64Array>();
    for (const [of, key, bin, count] of counted as [number, string, number, number][]) {
      if (of !== n) continue;
      const counts = perUnit.get(key) ?? new Float64Array(bins);
      counts[bin] = count;
      perUnit.set(key, counts);
    }
    const counts = [...perUnit.values()];
    const total = Array.from({ length: bins }, (_, bin) => counts.reduce((sum, c) => sum + (c[bin] ?? 0), 0));
    return {
      column,
      edges: edges[n] ?? [],
      shares: shares(total),
      threshold: driftThreshold(counts, drift, seed),
    };
  });
}
