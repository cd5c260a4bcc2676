import { describe, expect, it } from 'vitest';
import { keepsMark } from '../../../bench/bench.js';
import { runBenches } from '../../../bench/runner.js';

describe('a figure', () => {
  it('keeps its mark at the mark, and misses it beyond', () => {
    expect(keepsMark({ bench: 'b', ratio: 4, atLeast: 4 })).toBe(true);
    expect(keepsMark({ bench: 'b', ratio: 3.99, atLeast: 4 })).toBe(false);
    expect(keepsMark({ bench: 'b', ratio: 1.15, atMost: 1.15 })).toBe(true);
    expect(keepsMark({ bench: 'b', ratio: 1.16, atMost: 1.15 })).toBe(false);
  });

  it('without a mark is information only, and NaN never keeps a mark', () => {
    expect(keepsMark({ bench: 'b', ratio: 0.1 })).toBe(true);
    expect(keepsMark({ bench: 'b', ratio: NaN, atLeast: 0 })).toBe(false);
  });
});

describe('the benchmark runner', () => {
  async function run(...args: string[]) {
    const [out, err]: [string[], string[]] = [[], []];
    const exitCode = await runBenches(args, { out: (line) => out.push(line), err: (line) => err.push(line) });
    return { exitCode, out: out.join('\n'), err: err.join('\n') };
  }

  it('lists every benchmark with what it compares', async () => {
    const { exitCode, out } = await run('--list');

    expect(exitCode).toBe(0);
    expect(out).toMatch(/^evaluation +\S.*at least 20 times/m);
  });

  it('says which names there are when it is asked for another', async () => {
    const { exitCode, err } = await run('evaluatoin');

    expect(exitCode).toBe(64);
    expect(err).toContain('no benchmark evaluatoin; there are');
  });
});
