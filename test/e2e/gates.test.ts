import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type TinyStack, openTinyStack } from '../support/tiny-stack.js';

let tiny: TinyStack;

beforeAll(async () => {
  tiny = await openTinyStack('gates');
}, 600_000);
afterAll(() => tiny?.close(), 120_000);

describe('a candidate that is worse than the champion', { timeout: 600_000 }, () => {
  it('is refused by the gate with the numbers, and the champion stays and serves', async () => {
    const model = 'guarded';
    expect(await tiny.ends(await tiny.start(model, { run: 'good' }))).toMatchObject({ outcome: 'promoted' });

    const worse = await tiny.start(model, { run: 'worse', trainer: 'bad_scores.py' });
    const { outcome, outcomeReason } = await tiny.ends(worse);

    expect(outcome).toBe('refused');
    // Both figures, and the interval of their difference.
    expect(outcomeReason).toMatch(
      /gate "better than champion": .*log.loss.*\d\.\d+.*\[[-−+]?\d\.\d+, [-−+]?\d\.\d+\]/i,
    );
    const { versions } = await tiny.mainspring.model(model);
    expect(versions.map(({ version, aliases }) => ({ version, aliases }))).toEqual([
      { version: 1, aliases: ['champion'] },
    ]);
    const answer = await tiny.mainspring.predict(model, { x1: 1, x2: 1 });
    expect(answer).toMatchObject({ version: '1' });
    expect(await tiny.leftovers(model, 'worse')).toEqual({ open: [], failedTasks: [] });
  });
});
