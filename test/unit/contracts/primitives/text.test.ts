import { describe, expect, it } from 'vitest';
import { badTextIn } from '../../../../contracts/primitives/bad-text-in.js';
import { badText, text } from '../../../../contracts/primitives/text.js';
import { visible } from '../../../../contracts/primitives/visible.js';

describe('a text', () => {
  it.each(['maya', 'zwei\nZeilen', 'a\tb', '日本語', '👩‍🔬', 'é', 'مرحبا', ' '])(
    '%j is stored and shown',
    (value) => {
      expect(badText(value)).toBeUndefined();
      expect(text(50).safeParse(value).success).toBe(true);
    },
  );

  it.each([
    ['nul\u0000id', 'has a NUL character'],
    ['\ud800', 'has half of a surrogate pair, which is no character'],
    ['a\udc00b', 'has half of a surrogate pair, which is no character'],
    ['\u001b[2J', 'has the control character U+001B'],
    ['bell\u0007', 'has the control character U+0007'],
    ['a\rb', 'has the control character U+000D'],
    ['\u0085', 'has the control character U+0085'],
    ['\u007f', 'has the control character U+007F'],
  ])('%j is refused by name', (value, fault) => {
    expect(badText(value)).toBe(fault);
    expect(text(50).safeParse(value).error?.issues[0]?.message).toContain('text of 1 to 50 characters');
  });

  it('is bounded', () => {
    expect(text(3).safeParse('').success).toBe(false);
    expect(text(3).safeParse('abcd').success).toBe(false);
  });

  it.each(['', 'short', 'x'.repeat(21)])('with a least length states that length: %j', (value) => {
    const [issue] = text(20, 10).safeParse(value).error?.issues ?? [];
    expect(issue?.message).toBe('text of 10 to 20 characters, without control characters');
  });
});

describe('the texts of a value', () => {
  it('are found at any depth, with their place', () => {
    expect(badTextIn({ a: [{ b: 'fine' }, { b: 'x\u0000' }] })).toMatchObject({
      path: ['a', 1, 'b'],
      fault: 'has a NUL character',
    });
  });

  it('include the names of fields', () => {
    expect(badTextIn({ 'a\u0000': 1 })).toMatchObject({
      path: ['a\u0000'],
      fault: 'its name has a NUL character',
    });
  });

  it('include the one name that programs would drop, and no other name of JavaScript', () => {
    expect(badTextIn(JSON.parse('{"a": [{"__proto__": {"b": 1}}]}'))).toEqual({
      path: ['a', 0, '__proto__'],
      fault: '"__proto__" is not allowed as a name',
      remedy: 'Give it another name, or take it out.',
    });
    expect(badTextIn({ constructor: 1, prototype: { toString: 2 } })).toBeUndefined();
  });

  it('may be missing', () => {
    expect([null, undefined, 1, true, {}, [], 'x'].map((value) => badTextIn(value))).toEqual(
      Array.from({ length: 7 }, () => undefined),
    );
  });
});

it('what a terminal would act on is written by its code', () => {
  expect(visible('a\u001b[2Jb\u202ec\r\nd\te\u0000')).toBe('a\\u001b[2Jb\\u202ec\\u000d\nd\te\\u0000');
  expect(visible('\ud800 👩‍🔬')).toBe('\\ud800 👩‍🔬');
});
