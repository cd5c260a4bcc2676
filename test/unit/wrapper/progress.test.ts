import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Progress } from '../../../contracts/training.js';
import { watchDivergence } from '../../../wrapper/divergence.js';
import { lastProgress, parseProgress, parseProgressLine } from '../../../wrapper/progress.js';

let folder: string;
let path: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'mainspring-progress-'));
  path = join(folder, 'progress.ndjson');
});
afterAll(() => rm(folder, { recursive: true, force: true }));

describe('a progress line', () => {
  it.each([
    ['a time in microseconds', '{"ts": 1.7e15, "step": 1, "metrics": {}}'],
    ['a time beyond the calendar', '{"ts": 1e300, "step": 1, "metrics": {}}'],
    ['a time before the epoch', '{"ts": "0001-01-01T00:00:00Z", "step": 1, "metrics": {}}'],
    ['a total that overflows', '{"ts": 1, "step": 1, "total": 1e999, "metrics": {}}'],
    ['a metric that overflows', '{"ts": 1, "step": 1, "metrics": {"a": 1e999, "b": 2}}'],
    ['a name with a NUL', '{"ts": 1, "step": 1, "metrics": {"a\\u0000": 1, "b": 2}}'],
    ['half a surrogate pair', '{"ts": 1, "step": 1, "metrics": {"\\ud83d": 1}}'],
    ['metrics that are text', '{"ts": 1, "step": 1, "metrics": {"a": "x"}}'],
    ['a list of metrics', '{"ts": 1, "step": 1, "metrics": [1, 2]}'],
    ['NaN', '{"ts": 1, "step": 1, "metrics": {"a": NaN, "b": -Infinity}}'],
    [
      '1,000 metrics',
      JSON.stringify({
        ts: 1,
        step: 1,
        metrics: Object.fromEntries([...Array(1_000).keys()].map((i) => [`m${i}`, i])),
      }),
    ],
  ])('with %s becomes a message that every reader takes', (_, line) => {
    const found = parseProgress(line);
    expect(Progress.parse(JSON.parse(JSON.stringify(found)))).toEqual(found);
    expect(JSON.stringify(found).length).toBeLessThan(50_000);
  });

  it.each(['{"step": 1e999}', '{"step": "1"}', '{"step": NaN}', 'null', '[]', '\0', '{'])(
    'that has no step (%j) is none',
    (line) => expect(parseProgress(line)).toBeUndefined(),
  );

  it('names the metrics that are not finite, as Python and as the SDK write them', () => {
    expect(parseProgressLine('{"step": 1, "metrics": {"a": NaN, "b": "Infinity", "c": 1}}')).toMatchObject({
      metrics: { c: 1 },
      notFinite: ['a', 'b'],
    });
  });

  it('is the last one also after a megabyte of something else', async () => {
    await writeFile(path, `${'x'.repeat(2 ** 20)}\n{"step": 3, "metrics": {}}\nhalf`);
    expect(await lastProgress(path, folder)).toMatchObject({ step: 3 });
  });
});

describe('a fit', () => {
  const line = (loss: string, step = 1) => `{"ts": 1, "step": ${step}, "metrics": {"log_loss": ${loss}}}\n`;
  const watched = async (text: string, objective: string | null = 'log_loss') => {
    await writeFile(path, text);
    return watchDivergence({ progress: path, base: folder }, objective)();
  };

  it('whose objective stays NaN has failed, and the reason says so', async () => {
    const violation = await watched(line('NaN', 1) + line('Infinity', 2) + line('"NaN"', 3));
    expect(violation?.reason).toMatch(
      /metric "log_loss" is NaN or infinite .* at step 3.*\nThe fit diverged/,
    );
  });

  it('goes on after two bad lines, after a good one between them, and if no search compares it', async () => {
    expect(await watched(line('NaN') + line('NaN'))).toBeUndefined();
    expect(await watched(line('NaN') + line('NaN') + line('1') + line('NaN'))).toBeUndefined();
    expect(await watched(line('NaN').repeat(9), 'auc')).toBeUndefined();
    expect(await watched(line('NaN').repeat(9), null)).toBeUndefined();
  });
});
