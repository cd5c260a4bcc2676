import { z } from 'zod';

export const UNKNOWN = { ofTheNextVersion: ['a', { b: 1 }] };

type Value = unknown;
const record = (value: Value) => value as Record<string, unknown>;

/**
 * `value` with one more field in every object that the schema describes, including objects inside lists, records and
 * options.
 */
export function withUnknownFields(schema: z.core.$ZodType, value: Value): Value {
  if (value === null || typeof value !== 'object') return value;
  const def = schema._zod.def as unknown as Record<string, unknown> & { type: string };
  if (schema instanceof z.ZodObject) {
    const fields = Object.entries(record(value)).map(([key, inner]) => {
      const field = (schema.shape as Record<string, z.core.$ZodType>)[key];
      return [key, field ? withUnknownFields(field, inner) : inner];
    });
    return { ...Object.fromEntries(fields), ...UNKNOWN };
  }
  if (schema instanceof z.ZodArray)
    return (value as unknown[]).map((item) => withUnknownFields(schema.element, item));
  if (schema instanceof z.ZodRecord)
    return Object.fromEntries(
      Object.entries(record(value)).map(([key, item]) => [key, withUnknownFields(schema.valueType, item)]),
    );
  if (schema instanceof z.ZodUnion) {
    const fits = schema.options.find((option) => z.safeParse(option, value).success);
    return fits ? withUnknownFields(fits, value) : value;
  }
  if (def.type === 'lazy') return withUnknownFields((def['getter'] as () => z.core.$ZodType)(), value);
  const inner = def['innerType'] ?? def['in'];
  return inner instanceof z.core.$ZodType ? withUnknownFields(inner, value) : value;
}

/** A copy without the fields that `withUnknownFields` added: a message that is passed on keeps them. */
export const withoutUnknownFields = (value: Value): Value =>
  JSON.parse(JSON.stringify(value, (key, inner: Value) => (key in UNKNOWN ? undefined : inner)));
