import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { unionByKey, unionByType } from '../../../contracts/chosen-union.js';
import { CHECKS } from '../../../contracts/checks/index.js';
import { GATES } from '../../../contracts/gates/index.js';
import { tolerant } from '../../../contracts/wire.js';

const shape = unionByKey(
  ['square', 'circle'],
  [z.strictObject({ square: z.number() }), z.strictObject({ circle: z.number() })],
);

describe('a union whose forms are told apart', () => {
  it('has the issues of the one form that a value can fit', () => {
    expect(shape.parse({ circle: 1 })).toEqual({ circle: 1 });
    expect(shape.safeParse({ circle: 'x' }).error?.issues).toMatchObject([
      { code: 'invalid_type', path: ['circle'] },
    ]);
    expect(shape.safeParse({ circle: 1, square: 1 }).error?.issues).toMatchObject([
      { code: 'unrecognized_keys', keys: ['circle'] },
    ]);
  });

  it.each([1, null, [], {}, { triangle: 1 }])('has one issue for %j, which fits none', (value) => {
    expect(shape.safeParse(value).error?.issues).toMatchObject([{ code: 'invalid_union', errors: [] }]);
  });

  it('is a union in its JSON Schema, and where unknown fields are ignored', () => {
    expect(z.toJSONSchema(shape)).toHaveProperty('anyOf');
    expect(tolerant(shape).parse({ circle: 1, later: 2 })).toEqual({ circle: 1 });
  });

  it('can be told apart by type', () => {
    const scalar = unionByType(['number', 'string'], [z.number().max(1), z.string()]);
    expect([scalar.parse(1), scalar.parse('x')]).toEqual([1, 'x']);
    expect(scalar.safeParse(2).error?.issues).toMatchObject([{ code: 'too_big' }]);
    expect(scalar.safeParse(true).success).toBe(false);
  });

  it('is possible for checks and gates: each form requires the key of its kind, and no other form has it', () => {
    for (const kinds of [CHECKS, GATES])
      for (const [kind, { form }] of Object.entries<{ form: z.ZodObject }>(kinds)) {
        expect((form.shape[kind] as z.ZodType).safeParse(undefined).success, kind).toBe(false);
        const others = Object.entries<{ form: z.ZodObject }>(kinds).filter(([name]) => name !== kind);
        expect(
          others.some(([, other]) => kind in other.form.shape),
          kind,
        ).toBe(false);
      }
  });
});
