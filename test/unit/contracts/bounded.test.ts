import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { listOf, mapOf } from '../../../contracts/bounded.js';
import { tolerant } from '../../../contracts/wire.js';

/** A value that counts how often it is checked. */
function counted() {
  const looks = { count: 0 };
  const value = z.string().refine((text) => ((looks.count += 1), text !== 'bad'), 'not good');
  return { looks, value };
}

describe('a bounded list', () => {
  it('that is too long is refused before its entries are looked at', () => {
    const { looks, value } = counted();
    const parsed = listOf(value, 3, 'Words.').safeParse(['a', 'b', 'c', 'd']);
    expect(parsed.error?.issues).toMatchObject([{ path: [], message: 'at most 3 entries' }]);
    expect(looks.count).toBe(0);
  });

  it('stops at the twentieth wrong entry, and names each with its place', () => {
    const { looks, value } = counted();
    const parsed = z
      .object({ words: listOf(value, 1_000, 'Words.') })
      .safeParse({ words: ['good', ...Array<string>(500).fill('bad')] });
    expect(parsed.error?.issues).toHaveLength(20);
    expect(parsed.error?.issues[0]?.path).toEqual(['words', 1]);
    expect(looks.count).toBe(21);
  });

  it('keeps its entries as they were parsed, its defaults and its least size', () => {
    const list = listOf(z.string().trim(), 3, 'Words.', 1);
    expect(list.parse([' a '])).toEqual(['a']);
    expect(list.default(['b']).parse(undefined)).toEqual(['b']);
    expect(list.safeParse([]).success).toBe(false);
    expect(list.safeParse('a').error?.issues).toMatchObject([{ code: 'invalid_type' }]);
  });

  it('says its bound in its description and in its schema', () => {
    expect(z.toJSONSchema(listOf(z.string(), 3, 'Words.', 1))).toMatchObject({
      description: 'Words. At most 3.',
      minItems: 1,
      maxItems: 3,
    });
  });

  it('stays bounded where unknown fields are ignored', () => {
    const messages = tolerant(listOf(z.strictObject({ a: z.string() }), 1, 'Messages.'));
    expect(messages.parse([{ a: 'x', b: 'of a later version' }])).toEqual([{ a: 'x' }]);
    expect(messages.safeParse([{ a: 'x' }, { a: 'y' }]).success).toBe(false);
  });
});

describe('a bounded map', () => {
  const map = (size: number, value: string) =>
    Object.fromEntries(Array.from({ length: size }, (_, at) => [`k${at}`, value]));

  it('that is too large is refused before its entries are looked at', () => {
    const { looks, value } = counted();
    const parsed = mapOf(z.string(), value, 3, 'Words.').safeParse(map(4, 'good'));
    expect(parsed.error?.issues).toMatchObject([{ path: [], message: 'at most 3 entries' }]);
    expect(looks.count).toBe(0);
  });

  it('takes all entries up to its bound, and checks keys too', () => {
    const words = mapOf(z.string().min(2), z.string().trim(), 500, 'Words.');
    expect(words.parse(map(500, ' x '))).toEqual(map(500, 'x'));
    expect(words.safeParse({ k: 'x' }).error?.issues).toMatchObject([{ code: 'invalid_key', path: ['k'] }]);
    expect(words.safeParse([]).success).toBe(false);
  });

  it('ends its check early when much is wrong', () => {
    const { looks, value } = counted();
    mapOf(z.string(), value, 5_000, 'Words.').safeParse(map(5_000, 'bad'));
    expect(looks.count).toBeLessThan(200);
  });

  it('says its bound in its description and in its schema', () => {
    expect(z.toJSONSchema(mapOf(z.string(), z.string(), 3, 'Words.'))).toMatchObject({
      description: 'Words. At most 3.',
      maxProperties: 3,
    });
  });
});
