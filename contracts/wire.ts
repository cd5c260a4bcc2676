import { z } from 'zod';

/**
 * An object that a person types into Temporal's Web UI or a shell: an unknown key is a slip and is refused. Objects that
 * programs send to each other are `z.object`, which ignores unknown keys.
 */
export const typedByPeople: typeof z.strictObject = z.strictObject;

/**
 * An object that is stored, or that one process passes on to another: an unknown field stays in it. Otherwise a worker of an
 * earlier version would remove a field of the next one for good.
 */
export const passedOn = <S extends z.ZodRawShape>(shape: S): z.ZodObject<S> => z.looseObject(shape);

/** Values by name, where later versions know more names: an unknown name is left out. */
export const byKnownName = <N extends string, V>(names: readonly N[], value: z.ZodType<V>) =>
  z.object(Object.fromEntries(names.map((name) => [name, value.optional()]))) as unknown as z.ZodType<
    Partial<Record<N, V>>
  >;

const isSchema = (value: unknown): value is z.core.$ZodType => value instanceof z.core.$ZodType;

type Parts = Record<string, unknown>;

/** The parts of a schema's definition with every schema in them tolerant. */
const partsOf = (def: Parts): Parts =>
  Object.fromEntries(
    Object.entries(def).map(([key, part]) => {
      if (isSchema(part))
        return [key, key === 'catchall' && part instanceof z.ZodNever ? undefined : ignoring(part)];
      if (key === 'options' || key === 'items') return [key, (part as z.core.$ZodType[]).map(ignoring)];
      return [key, key === 'shape' ? partsOf(part as Parts) : part];
    }),
  );

const without = (schema: z.core.$ZodType): z.core.$ZodType =>
  z.core.clone(schema, { ...schema._zod.def, ...partsOf(schema._zod.def as unknown as Parts) });

const known = new WeakMap<z.core.$ZodType, z.core.$ZodType>();

function ignoring(schema: z.core.$ZodType): z.core.$ZodType {
  const made = known.get(schema) ?? without(schema);
  known.set(schema, made);
  return made;
}

/**
 * A part of the model file as it travels in a message: the same schema, but unknown keys are ignored at every level, because
 * the sender may be a later version. The model file itself stays strict.
 */
export const tolerant = <S extends z.ZodType>(schema: S): S => ignoring(schema) as S;
