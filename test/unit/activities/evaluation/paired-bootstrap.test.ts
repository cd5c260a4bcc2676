import { uniformInt } from 'pure-rand/distribution/uniformInt';
import { xoroshiro128plus } from 'pure-rand/generator/xoroshiro128plus';
import { describe, expect, it } from 'vitest';
import { expandedPercentile } from '../../../../activities/evaluation/intervals.js';
import { pairedBootstrap } from '../../../../activities/evaluation/paired-bootstrap.js';
import { unitStatistics } from '../../../../activities/evaluation/unit-statistics.js';
import { metricsOf } from '../../../../contracts/metrics/compare.js';
import { BINARY, type Problem } from '../../../../contracts/problems/index.js';

const ALL = ['roc_auc', 'log_loss', 'calibration_error', 'brier'] as const;

/** Rows of `days` days. Each day shifts the odds of all its rows, as weather does. */
function weather(days: number, rowsADay: number, seed: number, noise: number) {
  const random = xoroshiro128plus(seed);
  const uniform = (): number => uniformInt(random, 0, 999_999) / 1e6;
  const rows = days * rowsADay;
  const [label, unit] = [new Uint8Array(rows), new Int32Array(rows)];
  const [candidate, champion] = [new Float32Array(rows), new Float32Array(rows)];
  for (let row = 0; row < rows; row += 1) {
    const day = Math.floor(row / rowsADay);
    const shift = ((day * 7919) % 11) / 5 - 1;
    const p = 1 / (1 + Math.exp(-(shift + 2 * uniform() - 1.5)));
    unit[row] = day;
    label[row] = uniform() < p ? 1 : 0;
    candidate[row] = Math.min(0.999, Math.max(0.001, p + noise * (uniform() - 0.5)));
    champion[row] = 0.3 + 0.1 * (p - 0.3);
  }
  return { label, unit, candidate, champion, units: days };
}

const stats = ({ label, unit, units }: ReturnType<typeof weather>, score: Float32Array) =>
  unitStatistics(ALL, { problem: BINARY, label, prediction: score, width: 1 }, unit, units);

describe('the paired bootstrap', () => {
  it('equals a brute-force bootstrap that copies the rows of the drawn days', async () => {
    const data = weather(6, 40, 3, 0.1);
    const [resamples, seed, confidence] = [200, 11, 0.95];
    const result = await pairedBootstrap({
      candidate: stats(data, data.candidate),
      champion: stats(data, data.champion),
      metrics: ALL,
      confidences: [confidence],
      resamples,
      seed,
    });

    const random = xoroshiro128plus(seed);
    const draws = Object.fromEntries(ALL.map((name) => [name, new Float64Array(resamples)]));
    for (let draw = 0; draw < resamples; draw += 1) {
      const days = Array.from({ length: 6 }, () => uniformInt(random, 0, 5));
      const rows = days.flatMap((day) => [...data.unit.keys()].filter((row) => data.unit[row] === day));
      const label = Uint8Array.from(rows, (row) => data.label[row]!);
      const of = (scores: Float32Array) => {
        const prediction = Float32Array.from(rows, (row) => scores[row]!);
        return metricsOf(ALL, { problem: BINARY, label, prediction, width: 1 });
      };
      const [own, other] = [of(data.candidate), of(data.champion)];
      for (const name of ALL) draws[name]![draw] = own[name]! - other[name]!;
    }
    for (const { metric, low, high } of result.paired) {
      const expected = expandedPercentile(draws[metric]!, 6, confidence)!;
      expect(low).toBeCloseTo(expected.low, 9);
      expect(high).toBeCloseTo(expected.high, 9);
    }
    expect(result.paired.map((paired) => paired.metric)).toEqual([...ALL]);
  });

  it('gives the same intervals for the same seed, and others for another', async () => {
    const data = weather(8, 50, 5, 0.1);
    const run = (seed: number) =>
      pairedBootstrap({
        candidate: stats(data, data.candidate),
        champion: stats(data, data.champion),
        metrics: ['log_loss'],
        confidences: [0.95],
        resamples: 300,
        seed,
      });

    expect(await run(1)).toEqual(await run(1));
    expect(await run(1)).not.toEqual(await run(2));
  });

  it('finds no difference between a model and itself', async () => {
    const data = weather(8, 50, 5, 0.1);
    const own = stats(data, data.candidate);
    const { paired } = await pairedBootstrap({
      candidate: own,
      champion: own,
      metrics: ALL,
      confidences: [0.95],
      resamples: 200,
      seed: 1,
    });

    for (const { difference, low, high, unitsWon } of paired)
      expect([difference, low, high, unitsWon]).toEqual([0, 0, 0, 0.5]);
  });

  it('gives wider intervals for days that differ than resampling rows would', async () => {
    const data = weather(10, 400, 9, 0.05);
    const own = async (unit: Int32Array, units: number) => {
      const { intervals } = await pairedBootstrap({
        candidate: stats({ ...data, unit: Int32Array.from(unit), units }, data.candidate),
        champion: null,
        metrics: ['log_loss'],
        confidences: [0.95],
        resamples: 400,
        seed: 1,
      });
      return intervals.log_loss!;
    };
    const byDay = await own(data.unit, 10);
    const byRow = await own(
      data.unit.map((_, row) => Math.floor(row / 8)).map((_, row) => row % 500),
      500,
    );

    expect(byDay.high - byDay.low).toBeGreaterThan(2 * (byRow.high - byRow.low));
  });

  it('widens with the confidence that a gate asks for', async () => {
    const data = weather(12, 60, 2, 0.2);
    const { paired } = await pairedBootstrap({
      candidate: stats(data, data.candidate),
      champion: stats(data, data.champion),
      metrics: ['brier'],
      confidences: [0.8, 0.99],
      resamples: 500,
      seed: 4,
    });

    const [narrow, wide] = paired;
    expect(wide!.low).toBeLessThan(narrow!.low);
    expect(wide!.high).toBeGreaterThan(narrow!.high);
  });

  it('lets heartbeats go out while it computes, however many classes and units there are', async () => {
    const [units, width] = [400, 8];
    const rows = units * width * 2;
    const problem: Problem = {
      type: 'multiclass-classification',
      classes: Array.from({ length: width }, (_, of) => `class ${of}`),
    };
    const one = unitStatistics(
      ['roc_auc_ovr'],
      {
        problem,
        label: Int32Array.from({ length: rows }, (_, row) => row % width),
        prediction: Float32Array.from({ length: rows * width }, (_, at) => ((at * 7919) % 101) / 101),
        width,
      },
      Int32Array.from({ length: rows }, (_, row) => Math.floor(row / (2 * width))),
      units,
    );
    let beats = 0;
    const timer = setInterval(() => (beats += 1), 10);
    const startedAt = performance.now();
    await pairedBootstrap({
      candidate: one,
      champion: one,
      metrics: ['roc_auc_ovr'],
      confidences: [0.95],
      resamples: 200,
      seed: 1,
    });
    clearInterval(timer);
    expect(beats).toBeGreaterThan((performance.now() - startedAt) / 500);
  });
});
