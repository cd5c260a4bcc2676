import { expect, it } from 'vitest';
import { storable } from '../../../../infra/adapters/postgres/storable.js';

const asStored = (value: unknown): unknown => JSON.parse(storable(JSON.stringify(value)) as string);

it('a NUL of a text becomes the character for what cannot be read', () => {
  expect(storable('a\u0000b')).toBe('a\uFFFDb');
  expect(storable(['x', 'a\u0000b'])).toEqual(['x', 'a\uFFFDb']);
});

it('so it does in JSON, in values and in names, and so does half of a surrogate pair', () => {
  expect(asStored({ 'n\u0000': ['a\u0000b', '\ud800', 'x\udc00y'] })).toEqual({
    'n\uFFFD': ['a\uFFFDb', '\uFFFD', 'x\uFFFDy'],
  });
});

it('a text that only looks like an escape stays', () => {
  const value = { path: 'C:\\u0000', twice: '\\\\u0000', emoji: '👩‍🔬', quote: '"\\"' };
  expect(asStored(value)).toEqual(value);
});

it('numbers, dates and nothing stay', () => {
  const now = new Date();
  expect([1, null, undefined, now, true].map(storable)).toEqual([1, null, undefined, now, true]);
});
