import fc from 'fast-check';
import type { JsonSchema } from '../../../client/spec/schema.js';
import { type Json, nastyNumber, nastyText } from './nasty.js';

type Bounds = { minLength?: number; maxLength?: number; minItems?: number; maxItems?: number };

/** Longest generated list or map. */
const MOST = 3;

function texts(
  { pattern, minLength = 0 }: JsonSchema & Bounds,
  names: readonly string[],
): fc.Arbitrary<Json> {
  if (pattern !== undefined) {
    try {
      return fc.stringMatching(new RegExp(pattern), { maxLength: 60 });
    } catch {
      return nastyText; // fast-check knows no look-around.
    }
  }
  const free = nastyText.map((text) => text.padEnd(minLength, 'x'));
  return names.length === 0
    ? free
    : fc.oneof({ weight: 2, arbitrary: fc.constantFrom(...names) }, { weight: 1, arbitrary: free });
}

function numbers(schema: JsonSchema): fc.Arbitrary<Json> {
  const least = schema.minimum ?? schema.exclusiveMinimum ?? -1e6;
  const most = schema.maximum ?? schema.exclusiveMaximum ?? 1e6;
  const whole = schema.type === 'integer';
  const within = whole
    ? fc.integer({
        min: Math.max(Math.ceil(least), -(2 ** 31)),
        max: Math.min(Math.floor(most), 2 ** 31 - 1),
      })
    : fc.double({ min: least, max: most, noNaN: true });
  return fc.oneof(
    { weight: 3, arbitrary: within },
    { weight: 1, arbitrary: fc.constantFrom(least, most) },
    { weight: 1, arbitrary: nastyNumber },
  );
}

/**
 * Values that a JSON Schema of our contracts allows, or nearly: it says less than the contract.
 *
 * @param names texts that mean something here, e.g. names of models that exist
 */
export function fromSchema(schema: JsonSchema & Bounds, names: readonly string[] = []): fc.Arbitrary<Json> {
  const inner = (one: JsonSchema) => fromSchema(one, names);
  if (schema.const !== undefined) return fc.constant(schema.const as Json);
  if (schema.enum) return fc.constantFrom(...(schema.enum as Json[]));
  if (schema.anyOf) return fc.oneof(...schema.anyOf.map(inner));
  switch (schema.type) {
    case 'string':
      return texts(schema, names);
    case 'integer':
    case 'number':
      return numbers(schema);
    case 'boolean':
      return fc.boolean();
    case 'null':
      return fc.constant(null);
    case 'array':
      if (schema.prefixItems) return fc.tuple(...schema.prefixItems.map(inner));
      return fc.array(inner(schema.items ?? {}), {
        minLength: Math.min(schema.minItems ?? 0, 100),
        maxLength: Math.max(schema.minItems ?? 0, MOST),
      });
    case 'object':
      return objects(schema, names);
    default:
      return fc.jsonValue({ maxDepth: 2 }) as fc.Arbitrary<Json>;
  }
}

function objects(schema: JsonSchema, names: readonly string[]): fc.Arbitrary<Json> {
  const fields = Object.entries(schema.properties ?? {}).map(
    ([name, field]): [string, fc.Arbitrary<Json>] => [name, fromSchema(field, names)],
  );
  const record = fc.record(Object.fromEntries(fields), {
    requiredKeys: (schema.required ?? []).filter((name) => name in (schema.properties ?? {})),
    noNullPrototype: true,
  });
  if (typeof schema.additionalProperties !== 'object') return record;
  const map = fc.dictionary(
    schema.propertyNames
      ? (fromSchema({ type: 'string', ...schema.propertyNames }, names) as fc.Arbitrary<string>)
      : nastyText,
    fromSchema(schema.additionalProperties, names),
    { minKeys: 1, maxKeys: MOST, noNullPrototype: true },
  );
  return fc.tuple(record, map).map(([one, other]) => ({ ...one, ...other }));
}
