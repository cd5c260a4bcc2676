import { expect, it } from 'vitest';
import { item, wrap } from '../../../schema/wrap.js';

const words = Array.from({ length: 60 }, (_, index) => `word${index}`).join(' ');

it('breaks text between words, at 120 characters at most', () => {
  const lines = wrap(words).split('\n');
  expect(Math.max(...lines.map(({ length }) => length))).toBeLessThanOrEqual(120);
  expect(lines.join(' ')).toBe(words);
});

it('keeps a word that is longer than a line whole', () => {
  expect(wrap(`a ${'b'.repeat(200)} c`).split('\n')).toEqual(['a', 'b'.repeat(200), 'c']);
});

it('indents the further lines of an item of a list below its text', () => {
  expect(item(words, 1).split('\n')[0]).toMatch(/^ {2}- word0 word1/);
  expect(item(words, 1).split('\n')[1]).toMatch(/^ {4}word/);
});
