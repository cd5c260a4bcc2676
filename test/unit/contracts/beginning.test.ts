import { expect, it } from 'vitest';
import { beginning } from '../../../contracts/beginning.js';

it('the beginning of a text never ends with half a character', () => {
  expect(beginning('abc', 2)).toBe('ab');
  expect(beginning('a😀b', 2)).toBe('a😀');
  expect(beginning('😀'.repeat(1_000), 100)).toBe('😀'.repeat(100));
  expect(beginning('ab', 100)).toBe('ab');
});
