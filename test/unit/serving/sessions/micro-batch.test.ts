import { describe, expect, it } from 'vitest';
import { microBatch } from '../../../../serving/sessions/micro-batch.js';

/** Scores the first feature as it is; NaN breaks the whole run. */
function aModel() {
  const runs: number[] = [];
  return {
    runs,
    score: async (features: Float32Array, rows: number) => {
      runs.push(rows);
      await Promise.resolve();
      const scores = Float32Array.from({ length: rows }, (_, row) => features[row * 2] ?? NaN);
      if (scores.some((score) => score < 0)) throw new Error('negative');
      return scores;
    },
  };
}
const row = (value: number) => Float32Array.of(value, 0);

describe('micro-batching', () => {
  it('runs a lone request at once, and what comes meanwhile together', async () => {
    const model = aModel();
    const score = microBatch(model, 2);
    const answers = await Promise.all([
      score(row(0.5), 1),
      score(row(0.25), 1),
      score(Float32Array.of(0.125, 0, 1, 0), 2),
    ]);
    expect(answers.map((scores) => [...scores])).toEqual([[0.5], [0.25], [0.125, 1]]);
    expect(model.runs).toEqual([1, 3]);
  });

  it('takes 64 requests a run at most', async () => {
    const model = aModel();
    const score = microBatch(model, 2);
    await Promise.all(Array.from({ length: 100 }, () => score(row(0.5), 1)));
    expect(model.runs).toEqual([1, 64, 35]);
  });

  it('fails only the request that breaks the run', async () => {
    const score = microBatch(aModel(), 2);
    const answers = await Promise.allSettled([0.5, 0.25, -1, 0.75].map((value) => score(row(value), 1)));
    expect(answers.map(({ status }) => status)).toEqual(['fulfilled', 'fulfilled', 'rejected', 'fulfilled']);
  });

  it('takes a score that is no probability for a failure', async () => {
    await expect(microBatch(aModel(), 2)(row(1.5), 1)).rejects.toThrow('expected a probability');
    await expect(microBatch(aModel(), 2)(row(NaN), 1)).rejects.toThrow('expected a probability');
  });

  it('tells clients to come back when ten thousand wait', async () => {
    const score = microBatch({ score: () => new Promise(() => {}) }, 2);
    for (let i = 0; i < 10_001; i++) score(row(0.5), 1).catch(() => {});
    await expect(score(row(0.5), 1)).rejects.toMatchObject({ status: 503 });
  });
});
