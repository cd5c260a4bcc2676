import type { SliceResult } from '../../contracts/evaluation.js';
import type { MetricName } from '../../contracts/spec/metrics.js';
import { metricsOf } from './metrics.js';
import type { Coded, ScoredRows } from './score.js';

/** Slices of one column that are reported, the largest first: evidence has to fit into a payload. */
const MAX_VALUES = 40;

/** Metrics of candidate and champion on each value of each slice column. */
export function sliceResults(scored: ScoredRows, metrics: readonly MetricName[]): SliceResult[] {
  return scored.slices.flatMap((column) =>
    rowsByValue(column)
      .sort((a, b) => b.rows.length - a.rows.length || a.code - b.code)
      .slice(0, MAX_VALUES)
      .sort((a, b) => a.code - b.code)
      .map(({ code, rows }) => {
        const label = Uint8Array.from(rows, (row) => scored.label[row] ?? 0);
        const of = (scores: Float32Array) =>
          metricsOf(metrics, { label, score: Float32Array.from(rows, (row) => scores[row] ?? NaN) });
        return {
          by: column.by,
          value: (column.values[code] ?? '').slice(0, 100),
          rows: rows.length,
          candidate: of(scored.candidate),
          champion: scored.champion && of(scored.champion),
        };
      }),
  );
}

function rowsByValue({ values, code }: Coded): { code: number; rows: Uint32Array }[] {
  const counts = new Uint32Array(values.length);
  for (const of of code) counts[of] = (counts[of] ?? 0) + 1;
  const groups = Array.from(counts, (count, of) => ({ code: of, rows: new Uint32Array(count), filled: 0 }));
  code.forEach((of, row) => {
    const group = groups[of];
    if (group) group.rows[group.filled++] = row;
  });
  return groups;
}
