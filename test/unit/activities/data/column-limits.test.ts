import { describe, expect, it } from 'vitest';
import { MAX_COLUMNS, MAX_NAME_CHARACTERS, tooWide } from '../../../../activities/data/column-limits.js';

const columns = (count: number, length = 5): string[] =>
  Array.from({ length: count }, (_, n) => String(n).padStart(length, 'c'));

describe('a table', () => {
  it.each([0, 12_000, MAX_COLUMNS])('of %d columns is read', (count) => {
    expect(tooWide('a.csv', columns(count))).toBeUndefined();
  });

  it.each<[string, string[], string]>([
    ['too many columns', columns(MAX_COLUMNS + 1), '15,001 columns, and at most 15,000 are read'],
    [
      'names that are too long',
      columns(2, MAX_NAME_CHARACTERS),
      'column names of 600,000 characters together',
    ],
  ])('with %s is refused for good, with the limit and the remedy', (_what, names, found) => {
    expect(tooWide('a.csv', names)).toMatchObject({
      type: 'DataTooLarge',
      message: expect.stringContaining(`a.csv has ${found}`) as string,
      remedy: expect.stringMatching(/./) as string,
    });
  });
});
