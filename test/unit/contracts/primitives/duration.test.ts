import { describe, expect, it } from 'vitest';
import {
  Duration,
  PositiveDuration,
  duration,
  durationMs,
} from '../../../../contracts/primitives/duration.js';
import { bytesOf, size } from '../../../../contracts/primitives/size.js';

describe('a duration', () => {
  it('is a number with a unit', () => {
    expect(['250ms', '1.5s', '15m', '6h', '7d', '4w'].map(durationMs)).toEqual([
      250, 1_500, 900_000, 21_600_000, 604_800_000, 2_419_200_000,
    ]);
  });

  it.each([
    '',
    '7',
    'd',
    '-1d',
    '1 d',
    '1d ',
    '1y',
    '1e3d',
    'Infinityd',
    'NaNs',
    '1..5s',
    '9'.repeat(400) + 'd',
  ])('%j is none', (text) => {
    expect(Duration.safeParse(text).success).toBe(false);
    expect(() => durationMs(text)).toThrow(RangeError);
  });

  it('ends where a date and a timer end: fifty years', () => {
    expect(Duration.safeParse('2600w').success).toBe(true);
    for (const text of ['2601w', '99999999999w', '999999999999999d'])
      expect(Duration.safeParse(text).error?.issues[0]?.message).toContain('from 0s to 2600w');
  });

  it('of which something happens is not nothing', () => {
    expect(Duration.safeParse('0s').success).toBe(true);
    for (const text of ['0s', '0w', '0.0h', '0.0001ms'])
      expect(PositiveDuration.safeParse(text).success).toBe(false);
    expect(duration('1m').safeParse('59s').success).toBe(false);
  });
});

describe('a size', () => {
  it('is a number with a unit, of thousands or of powers of two', () => {
    expect(['2GB', '2GiB', '1.5MiB'].map(bytesOf)).toEqual([2e9, 2 ** 31, 1_572_864]);
  });

  it.each(['-5GB', '0GB', '1', 'GB', '5gb', '1e9GB', '99999TB', '1B'])('%j is refused', (text) => {
    expect(size('16MB', '4TB').safeParse(text).error?.issues[0]?.message).toContain('from 16MB to 4TB');
  });
});
