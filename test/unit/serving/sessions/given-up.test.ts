import { expect, it } from 'vitest';
import type { FeatureBatch } from '../../../../contracts/feature-batch.js';
import { isGivenUp } from '../../../../serving/sessions/caller.js';
import { microBatch } from '../../../../serving/sessions/micro-batch.js';

/** Requests whose callers close the connection before the answer. */

const any = { width: 1, possible: { isValid: Number.isFinite, expected: 'a number' } };
const batch = (...values: number[]): FeatureBatch => ({
  rows: values.length,
  dense: Float32Array.from(values),
});
const large = (value: number) => batch(...new Array<number>(1_000).fill(value));

/** A model that fails a batch with a negative value, and notes the rows of each run. */
function aModel(whileRunning: () => void = () => undefined) {
  const runs: number[] = [];
  return {
    runs,
    score: async ({ rows, ...values }: FeatureBatch) => {
      runs.push(rows);
      whileRunning();
      await Promise.resolve();
      const dense = 'dense' in values ? values.dense : new Float32Array();
      if (dense.some((value) => value < 0)) throw new Error('negative');
      return Float32Array.from(dense);
    },
  };
}

/** What becomes of requests: their first prediction, or `given up`. */
const endsOf = async (asked: Promise<Float32Array>[]): Promise<unknown[]> =>
  (await Promise.allSettled(asked)).map((end) =>
    end.status === 'fulfilled' ? end.value[0] : isGivenUp(end.reason) ? 'given up' : 'failed',
  );

it('a request of a caller that is gone does not start the model', async () => {
  const model = aModel();
  expect(await endsOf([microBatch(model, any)(batch(1), { writable: false })])).toEqual(['given up']);
  expect(model.runs).toEqual([]);
});

it('a request whose caller goes while it waits for its turn is left out of the batch', async () => {
  const callers = [1, 2, 3, 4].map(() => ({ writable: true }));
  const model = aModel(() => (callers[2]!.writable = false));
  const score = microBatch(model, any);
  const asked = callers.map((caller, n) => score(batch(n), caller));
  expect(await endsOf(asked)).toEqual([0, 1, 'given up', 3]);
  expect(model.runs).toEqual([1, 2]);
});

it('a batch of which nobody waits is not run, and the next one is', async () => {
  const callers = [0, 1, 2].map(() => ({ writable: true }));
  const model = aModel(() => callers.forEach((caller) => (caller.writable = false)));
  const score = microBatch(model, any);
  const asked = [...callers.map((caller, n) => score(batch(n), caller)), score(batch(7), { writable: true })];
  expect(await endsOf(asked)).toEqual(['given up', 'given up', 'given up', 7]);
  expect(model.runs).toEqual([1, 1]);
});

it('a caller that goes during the run gets no answer, alone and together with others', async () => {
  const callers = [0, 1, 2].map(() => ({ writable: true }));
  let runs = 0;
  const model = aModel(() => (callers[(runs += 1) === 1 ? 0 : 2]!.writable = false));
  const score = microBatch(model, any);
  expect(await endsOf(callers.map((caller, n) => score(batch(n), caller)))).toEqual([
    'given up',
    1,
    'given up',
  ]);
});

it('a caller that goes after a run that failed is not run once more alone', async () => {
  const callers = [0, 1, 2].map(() => ({ writable: true }));
  const model = aModel(() => (callers[2]!.writable = model.runs.length < 2));
  const score = microBatch(model, any);
  expect(await endsOf([0, -1, 2].map((value, n) => score(batch(value), callers[n])))).toEqual([
    0,
    'failed',
    'given up',
  ]);
  expect(model.runs).toEqual([1, 2, 1]);
});

it('a large batch looks at its caller before the run and after it, also when neither lets events through', async () => {
  const before = { writable: true };
  setImmediate(() => (before.writable = false));
  const model = aModel();
  expect(await endsOf([microBatch(model, any)(large(1), before)])).toEqual(['given up']);
  expect(model.runs).toEqual([]);

  const after = { writable: true };
  const running = aModel(() => setImmediate(() => (after.writable = false)));
  expect(await endsOf([microBatch(running, any)(large(1), after)])).toEqual(['given up']);
  expect(running.runs).toEqual([1_000]);
});

it('a caller that nobody can ask about is answered', async () => {
  expect(
    await endsOf([microBatch(aModel(), any)(batch(1)), microBatch(aModel(), any)(batch(2), {})]),
  ).toEqual([1, 2]);
});
