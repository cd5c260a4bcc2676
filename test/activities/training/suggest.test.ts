import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Params, Search } from '../../../contracts/spec/training.js';
import { type TrainingBench, trainingBench } from '../../support/training/bench.js';

let bench: TrainingBench;
beforeAll(async () => {
  bench = await trainingBench();
});
afterAll(() => bench?.close());

const searchOf = (change: object): Search =>
  Search.parse({
    algorithm: 'tpe',
    trials: 100,
    objective: { metric: 'loss', goal: 'minimize' },
    space: {
      rate: { float: [0.001, 1], scale: 'log' },
      leaves: { int: [2, 64] },
      kind: { choice: ['a', 'b', true] },
    },
    ...change,
  });
const name = (run = `r-${randomUUID().slice(0, 8)}`) => ({ model: 'tiny', run });
const suggest = (run: string, search: Search, trials: number[]) =>
  bench.act(bench.activities.suggestTrials, { ...name(run), search, seed: 1, trials });
const signal = new AbortController().signal;

/** Loss with its minimum at rate 0.1 and 20 leaves. */
const loss = (params: Params): number =>
  Math.abs(Math.log10(Number(params['rate'])) + 1) + Math.abs(Number(params['leaves']) - 20) / 64;

describe('suggested trials', () => {
  it(
    'come from the space, and are the same when they are asked for again',
    { timeout: 240_000 },
    async () => {
      const { run } = name();
      const first = await suggest(run, searchOf({}), [0, 1, 2]);
      for (const { params } of first) {
        expect(params['rate']).toBeGreaterThanOrEqual(0.001);
        expect(params['rate']).toBeLessThanOrEqual(1);
        expect(Number.isInteger(params['leaves'])).toBe(true);
        expect(['a', 'b', true]).toContain(params['kind']);
      }
      expect(new Set(first.map(({ params }) => params['rate'])).size).toBe(3);
      expect(await suggest(run, searchOf({}), [0, 1, 2])).toEqual(first);
      const more = await suggest(run, searchOf({}), [2, 3]);
      expect(more.find(({ trial }) => trial === 2)).toEqual(first[2]);
    },
  );

  it('by Sobol fill the space evenly, from any first number of a batch', async () => {
    const whole = await suggest(name().run, searchOf({ algorithm: 'sobol' }), [...Array(16).keys()]);
    const parts = name().run;
    const rest = await suggest(parts, searchOf({ algorithm: 'sobol' }), [8, 9, 10]);
    expect(rest).toEqual(whole.slice(8, 11));
    // In every dimension, each sixteenth of the range holds one of the sixteen points.
    const cells = whole.map(({ params }) => Math.floor(((Math.log10(Number(params['rate'])) + 3) / 3) * 16));
    expect(cells.sort((a, b) => a - b)).toEqual([...Array(16).keys()]);
  });

  it('learn from those that are over, and find the good region', async () => {
    const { run } = name();
    const history: number[] = [];
    for (let n = 0; n < 40; n += 4) {
      const batch = await suggest(run, searchOf({}), [n, n + 1, n + 2, n + 3]);
      const rows = batch.map(({ trial, params }) => ({
        trial,
        params,
        state: 'succeeded' as const,
        value: loss(params),
        metrics: {},
        reason: null,
        step: null,
        spend: null,
      }));
      history.push(...rows.map(({ value }) => value));
      await bench.trials.record(name(run), rows);
    }
    const mean = (values: number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
    expect(mean(history.slice(20))).toBeLessThan(mean(history.slice(0, 12)));

    // Another study starts with the trials of this one.
    const warm = await suggest(name().run, searchOf({ warmStart: run }), [0, 1, 2, 3]);
    expect(mean(warm.map(({ params }) => loss(params)))).toBeLessThan(mean(history.slice(0, 12)));
  });

  it('cannot be warmed by a run without trials', async () => {
    const error = await suggest(name().run, searchOf({ warmStart: 'no-such-run' }), [0]).catch(
      (caught: unknown) => caught,
    );
    expect(error).toMatchObject({ type: 'InvalidInput' });
    expect(String(error)).toContain('run "no-such-run" of tiny has no finished trials');
  });

  it('are the same from a process that was killed and started anew', async () => {
    const request = {
      algorithm: 'tpe' as const,
      space: searchOf({}).space,
      seed: 7,
      goal: 'minimize' as const,
      trials: [30],
      history: Array.from({ length: 30 }, (_, n) => ({
        params: { rate: 0.001 * (n + 1), leaves: 2 + n, kind: 'a' },
        state: n % 5 ? ('succeeded' as const) : ('stopped' as const),
        value: n,
        step: n % 5 ? null : 10,
      })),
      running: [{ rate: 0.5, leaves: 3, kind: 'b' }],
    };
    const first = await bench.suggester.suggest(request, signal);
    const abort = new AbortController();
    const cut = bench.suggester.suggest({ ...request, trials: [31, 32, 33] }, abort.signal);
    abort.abort();
    await expect(cut).rejects.toThrow();
    expect(await bench.suggester.suggest(request, signal)).toEqual(first);
  });
});
