import { expect, it } from 'vitest';
import { actor, toCaller } from '../../../operations/caller.js';

it('a caller is who it says it is, and that is all that is known', () => {
  expect(toCaller({ name: ' maya ' })).toEqual({ name: 'maya', proof: 'asserted', roles: [] });
});

it('the recorded name is the one in the input, otherwise the caller’s, and never empty', () => {
  expect(actor(toCaller({ name: 'maya' }), 'ada')).toBe('ada');
  expect(actor(toCaller({ name: 'maya' }), undefined)).toBe('maya');
  expect(() => actor(toCaller({}), undefined)).toThrow('by is missing: this operation records who acts');
});

it.each(['a\u0000b', 'a\nb', 'x'.repeat(201)])('a name that cannot be recorded is refused: %j', (name) => {
  expect(() => toCaller({ name })).toThrow("the caller's name is");
});
