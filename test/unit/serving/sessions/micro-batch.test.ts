import { describe, expect, it } from 'vitest';
import type { FeatureBatch } from '../../../../contracts/feature-batch.js';
import { microBatch } from '../../../../serving/sessions/micro-batch.js';

const probability = {
  width: 1,
  possible: { isValid: (value: number) => value >= 0 && value <= 1, expected: 'a probability from 0 to 1' },
};

/** A model that returns the first of two features. A negative value fails the whole batch. */
function aModel() {
  const runs: number[] = [];
  return {
    runs,
    score: async (batch: FeatureBatch) => {
      runs.push(batch.rows);
      await Promise.resolve();
      const first = 'dense' in batch ? batch.dense.filter((_, at) => at % 2 === 0) : batch.columns[0]!;
      const scores = Float32Array.from({ length: batch.rows }, (_, row) => Number(first[row]));
      if (scores.some((score) => score < 0)) throw new Error('negative');
      return scores;
    },
  };
}
const batch = (...values: number[]): FeatureBatch => ({
  rows: values.length,
  dense: Float32Array.from(values.flatMap((value) => [value, 0])),
});

describe('micro-batching', () => {
  it('runs a single request at once, and requests that arrive meanwhile as one batch', async () => {
    const model = aModel();
    const score = microBatch(model, probability);
    const answers = await Promise.all([score(batch(0.5)), score(batch(0.25)), score(batch(0.125, 1))]);
    expect(answers.map((scores) => [...scores])).toEqual([[0.5], [0.25], [0.125, 1]]);
    expect(model.runs).toEqual([1, 3]);
  });

  it('joins batches of typed columns, whatever their type', async () => {
    const model = aModel();
    const score = microBatch(model, probability);
    const typed = (text: string, flag: number): FeatureBatch => ({
      rows: 1,
      columns: [Float64Array.of(flag), [text], BigInt64Array.of(7n), Uint8Array.of(flag)],
    });
    const answers = await Promise.all([score(typed('a', 0)), score(typed('b', 1)), score(typed('c', 0))]);
    expect(answers.map((scores) => [...scores])).toEqual([[0], [1], [0]]);
    expect(model.runs).toEqual([1, 2]);
  });

  it('gives each request its own rows of predictions that have several numbers', async () => {
    const wide = {
      score: async ({ rows }: FeatureBatch) => Float32Array.from({ length: rows * 3 }, (_, at) => at),
    };
    const finite = { width: 3, possible: { isValid: Number.isFinite, expected: 'a finite number' } };
    const score = microBatch(wide, finite);
    const [, second, third] = await Promise.all([score(batch(1)), score(batch(1, 2)), score(batch(3))]);
    expect([[...second], [...third]]).toEqual([
      [0, 1, 2, 3, 4, 5],
      [6, 7, 8],
    ]);
  });

  it('takes 64 requests a run at most', async () => {
    const model = aModel();
    const score = microBatch(model, probability);
    await Promise.all(Array.from({ length: 100 }, () => score(batch(0.5))));
    expect(model.runs).toEqual([1, 64, 35]);
  });

  it('fails only the request that breaks the run', async () => {
    const score = microBatch(aModel(), probability);
    const answers = await Promise.allSettled([0.5, 0.25, -1, 0.75].map((value) => score(batch(value))));
    expect(answers.map(({ status }) => status)).toEqual(['fulfilled', 'fulfilled', 'rejected', 'fulfilled']);
  });

  it('takes a prediction that the problem does not allow for a failure', async () => {
    await expect(microBatch(aModel(), probability)(batch(1.5))).rejects.toThrow('expected a probability');
    await expect(microBatch(aModel(), probability)(batch(0.5, NaN))).rejects.toThrow(
      'the model gave NaN for row 1, expected a probability',
    );
  });

  it('takes a prediction of another width for a failure', async () => {
    const score = microBatch(aModel(), { ...probability, width: 3 });
    await expect(score(batch(0.5))).rejects.toThrow('gave 1 numbers for 1 rows, expected 3 a row');
  });

  it('tells clients to come back when ten thousand wait', async () => {
    const score = microBatch({ score: () => new Promise(() => {}) }, probability);
    for (let i = 0; i < 10_001; i++) score(batch(0.5)).catch(() => {});
    await expect(score(batch(0.5))).rejects.toMatchObject({ status: 503 });
  });
});
