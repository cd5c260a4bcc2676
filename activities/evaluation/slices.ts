import { beginning } from '../../contracts/beginning.js';
import type { SliceResult } from '../../contracts/evaluation.js';
import { metricsOf } from '../../contracts/metrics/compare.js';
import type { EvaluationSpec } from '../../contracts/spec/evaluation.js';
import { breather } from './breather.js';
import type { Coded } from './codes.js';
import type { ScoredRows } from './scored-rows.js';
import { MAIN_CONFIDENCE, metricsToCompute, statisticsOf } from './statistics.js';

/** Most slices of one column that the evidence has, the largest ones: evidence must fit into a Temporal payload. */
const MAX_VALUES = 40;

/**
 * Metrics of candidate and champion on each value of each slice column, with their paired differences.
 *
 * @param onSlice called before each slice; a throw ends the work
 */
export async function sliceResults(
  scored: ScoredRows,
  spec: EvaluationSpec,
  seed: number,
  onSlice: () => void,
): Promise<SliceResult[]> {
  const breathe = breather();
  const results: SliceResult[] = [];
  for (const column of scored.slices) {
    const largest = rowsByValue(column)
      .sort((a, b) => b.rows.length - a.rows.length || a.code - b.code)
      .slice(0, MAX_VALUES)
      .sort((a, b) => a.code - b.code);
    for (const { code, rows } of largest) {
      await breathe();
      onSlice();
      results.push(
        await slice(scored, spec, seed, { by: column.by, value: column.values[code] ?? '', rows }),
      );
    }
  }
  return results;
}

async function slice(
  scored: ScoredRows,
  spec: EvaluationSpec,
  seed: number,
  { by, value, rows }: { by: string; value: string; rows: Uint32Array },
): Promise<SliceResult> {
  const { problem, width } = scored;
  const label = Float64Array.from(rows, (row) => scored.label[row] ?? NaN);
  const pick = (predictions: Float32Array): Float32Array => {
    const picked = new Float32Array(rows.length * width);
    rows.forEach((row, n) => picked.set(predictions.subarray(row * width, (row + 1) * width), n * width));
    return picked;
  };
  const candidate = pick(scored.candidate);
  const champion = scored.champion && pick(scored.champion);
  const metrics = metricsToCompute(spec);
  // Units without a row of the slice would only dilute the resamples.
  const { unit, units } = compact(Int32Array.from(rows, (row) => scored.unit.code[row] ?? 0));
  const comparable = { problem, label, candidate, champion, width, unit, units };
  const paired = champion ? (await statisticsOf(comparable, spec, seed)).paired : [];
  const own = (prediction: Float32Array) => metricsOf(metrics, { problem, label, prediction, width });
  return {
    by,
    value: beginning(value, 100),
    rows: rows.length,
    candidate: own(candidate),
    champion: champion && own(champion),
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
