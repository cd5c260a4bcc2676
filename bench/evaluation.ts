import { uniformFloat32 } from 'pure-rand/distribution/uniformFloat32';
import { uniformInt } from 'pure-rand/distribution/uniformInt';
import { xoroshiro128plus } from 'pure-rand/generator/xoroshiro128plus';
import { pairedBootstrap } from '../activities/evaluation/paired-bootstrap.js';
import { unitStatistics } from '../activities/evaluation/unit-statistics.js';
import { metricsOf } from '../contracts/metrics/compare.js';
import type { Scored } from '../contracts/metrics/define-metric.js';
import { BINARY } from '../contracts/problems/index.js';
import type { Bench } from './bench.js';

const ROWS = 116_000;
const DAYS = 28;
const RESAMPLES = 2_000;
/** Number of resamples for which copying the rows is timed; the time is then scaled. */
const COPIED = 10;
const METRICS = ['roc_auc', 'log_loss', 'calibration_error', 'brier'] as const;

const seconds = (startedAt: number): number => (performance.now() - startedAt) / 1_000;

function rows() {
  const random = xoroshiro128plus(1);
  const [label, unit] = [new Uint8Array(ROWS), new Int32Array(ROWS)];
  const [candidate, champion] = [new Float32Array(ROWS), new Float32Array(ROWS)];
  for (let row = 0; row < ROWS; row += 1) {
    const p = uniformFloat32(random);
    unit[row] = Math.floor((row * DAYS) / ROWS);
    label[row] = uniformFloat32(random) < p ? 1 : 0;
    candidate[row] = 0.9 * p + 0.1 * uniformFloat32(random);
    champion[row] = 0.8 * p + 0.2 * uniformFloat32(random);
  }
  return { label, unit, candidate, champion };
}

const scored = (label: Uint8Array, prediction: Float32Array): Scored => ({
  problem: BINARY,
  label,
  prediction,
  width: 1,
});

/**
 * Intervals of four metrics of two models over resampled days, computed from sums per day, compared with copying
 * the rows of each resample.
 */
export const bench: Bench = {
  name: 'evaluation',
  summary:
    'paired intervals over days from sums per day, against copying the drawn rows: at least 20 times as fast',
  run: async (print) => {
    const { label, unit, candidate, champion } = rows();
    let startedAt = performance.now();
    await pairedBootstrap({
      candidate: unitStatistics(METRICS, scored(label, candidate), unit, DAYS),
      champion: unitStatistics(METRICS, scored(label, champion), unit, DAYS),
      metrics: METRICS,
      confidences: [0.95],
      resamples: RESAMPLES,
      seed: 1,
    });
    const sumsSeconds = seconds(startedAt);

    const random = xoroshiro128plus(1);
    const byDay = Array.from({ length: DAYS }, (_, day) =>
      [...unit.keys()].filter((row) => unit[row] === day),
    );
    startedAt = performance.now();
    for (let draw = 0; draw < COPIED; draw += 1) {
      const drawn = Array.from({ length: DAYS }, () => byDay[uniformInt(random, 0, DAYS - 1)] ?? []).flat();
      const labels = Uint8Array.from(drawn, (row) => label[row] ?? 0);
      for (const score of [candidate, champion])
        metricsOf(
          METRICS,
          scored(
            labels,
            Float32Array.from(drawn, (row) => score[row] ?? 0),
          ),
        );
    }
    const copyingSeconds = (seconds(startedAt) * RESAMPLES) / COPIED;
    const details = { rows: ROWS, days: DAYS, resamples: RESAMPLES, sumsSeconds, copyingSeconds };
    print({ bench: 'evaluation intervals', ratio: copyingSeconds / sumsSeconds, atLeast: 20, ...details });
  },
};
