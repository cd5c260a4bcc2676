import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { connect } from '../../../client/index.js';
import { allOperations, operations } from '../../../operations/index.js';
import { type AnyOperation, pathNames } from '../../../operations/operation.js';

const placed = Object.entries(operations).flatMap(([group, verbs]) =>
  Object.entries<AnyOperation>(verbs).map(([verb, operation]) => ({ place: `${group}.${verb}`, operation })),
);

describe('the record of operations', () => {
  it.each(placed)(
    '$place is called what its place says, and is a function of the library',
    ({ place, operation }) => {
      expect(operation.name).toBe(place);
      const [group = '', verb = ''] = place.split('.');
      const library = connect() as unknown as Record<string, Record<string, unknown>>;
      expect(library[group]?.[verb]).toBeTypeOf('function');
    },
  );

  it.each(placed)('$place has one line of summary, and takes no unknown field', ({ operation }) => {
    expect(operation.summary).toMatch(/^[A-Z].{10,}[^.\n]$/);
    expect(operation.input.safeParse({ unknownField: 1 }).success).toBe(false);
  });

  it.each(placed)('$place takes what its path names, as texts', ({ operation }) => {
    for (const name of pathNames(operation.http.path)) {
      const field = operation.input.shape[name] as z.ZodType | undefined;
      expect(field?.safeParse('a-name').success, name).toBe(true);
      expect(field?.safeParse(undefined).success, name).toBe(false);
    }
  });

  it.each(placed.filter(({ operation }) => operation.http.method === 'GET'))(
    '$place changes nothing, and its query parameters are single values',
    ({ operation }) => {
      expect(operation.effect).not.toBe('write');
      for (const [name, field] of Object.entries(operation.input.shape)) {
        const { type } = z.toJSONSchema(field as z.ZodType, { io: 'input' });
        expect(['string', 'integer', 'number', 'boolean'], name).toContain(type);
      }
    },
  );

  it('has no two operations at one method and path', () => {
    const places = allOperations.map(
      ({ http }) => `${http.method} ${http.path.replaceAll(/\{\w+\}/g, '{}')}`,
    );
    expect(new Set(places).size).toBe(places.length);
  });
});
