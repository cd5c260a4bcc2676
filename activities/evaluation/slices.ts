import type { SliceResult } from '../../contracts/evaluation.js';
import type { EvaluationSpec } from '../../contracts/spec/evaluation.js';
import type { Coded } from './codes.js';
import { metricsOf } from './metrics.js';
import type { ScoredRows } from './score.js';
import { MAIN_CONFIDENCE, metricsToCompute, statisticsOf } from './statistics.js';

/** Slices of one column that are reported, the largest: evidence has to fit into a payload. */
const MAX_VALUES = 40;

/** Metrics of candidate and champion on each value of each slice column, with their paired differences. */
export function sliceResults(scored: ScoredRows, spec: EvaluationSpec, seed: number): SliceResult[] {
  return scored.slices.flatMap((column) =>
    rowsByValue(column)
      .sort((a, b) => b.rows.length - a.rows.length || a.code - b.code)
      .slice(0, MAX_VALUES)
      .sort((a, b) => a.code - b.code)
      .map(({ code, rows }) =>
        slice(scored, spec, seed, { by: column.by, value: column.values[code] ?? '', rows }),
      ),
  );
}

function slice(
  scored: ScoredRows,
  spec: EvaluationSpec,
  seed: number,
  { by, value, rows }: { by: string; value: string; rows: Uint32Array },
): SliceResult {
  const label = Uint8Array.from(rows, (row) => scored.label[row] ?? 0);
  const pick = (scores: Float32Array) => Float32Array.from(rows, (row) => scores[row] ?? NaN);
  const candidate = pick(scored.candidate);
  const champion = scored.champion && pick(scored.champion);
  const metrics = metricsToCompute(spec);
  // Units that the slice does not touch would only dilute the resamples.
  const { unit, units } = compact(Int32Array.from(rows, (row) => scored.unit.code[row] ?? 0));
  const paired = champion ? statisticsOf({ label, candidate, champion, unit, units }, spec, seed).paired : [];
  return {
    by,
    value: value.slice(0, 100),
    rows: rows.length,
    candidate: metricsOf(metrics, { label, score: candidate }),
    champion: champion && metricsOf(metrics, { label, score: champion }),
    paired: paired.filter(({ confidence }) => confidence === MAIN_CONFIDENCE),
  };
}

/** Codes renumbered from 0 without gaps, in the same order. */
function compact(code: Int32Array): { unit: Int32Array; units: number } {
  const used = [...new Set(code)].sort((a, b) => a - b);
  const renumbered = new Map(used.map((of, n) => [of, n]));
  return { unit: code.map((of) => renumbered.get(of) ?? 0), units: used.length };
}

function rowsByValue({ values, code }: Coded): { code: number; rows: Uint32Array }[] {
  const counts = new Uint32Array(values.length);
  for (const of of code) counts[of] = (counts[of] ?? 0) + 1;
  const groups = Array.from(counts, (count, of) => ({ code: of, rows: new Uint32Array(count), filled: 0 }));
  code.forEach((of, row) => {
    const group = groups[of];
    if (group) group.rows[group.filled++] = row;
  });
  return groups.filter((group) => group.rows.length > 0);
}
