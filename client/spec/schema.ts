import { z } from 'zod';
import { ModelSpec } from '../../contracts/spec/model-spec.js';
import type { Path } from '../../operations/spec/path.js';

/** The part of JSON Schema that `z.toJSONSchema` produces for our contracts. */
export interface JsonSchema {
  type?: string | string[];
  description?: string;
  default?: unknown;
  const?: unknown;
  enum?: unknown[];
  pattern?: string;
  minimum?: number;
  maximum?: number;
  exclusiveMinimum?: number;
  exclusiveMaximum?: number;
  properties?: Record<string, JsonSchema>;
  required?: string[];
  additionalProperties?: JsonSchema | boolean;
  propertyNames?: JsonSchema;
  items?: JsonSchema;
  prefixItems?: JsonSchema[];
  minItems?: number;
  maxItems?: number;
  minLength?: number;
  maxLength?: number;
  anyOf?: JsonSchema[];
}

let known: JsonSchema | undefined;

/** JSON Schema of a model file, as people write it: defaults may be left out. Made once; the callers must not change it. */
export const modelJsonSchema = (): JsonSchema => (known ??= makeModelJsonSchema());

function makeModelJsonSchema(): JsonSchema {
  const schema = z.toJSONSchema(ModelSpec, { io: 'input' }) as JsonSchema;
  return {
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    title: 'Mainspring model',
    ...schema,
  } as JsonSchema;
}

const propertyOf = ({ properties = {} }: JsonSchema, key: string): JsonSchema | undefined =>
  Object.hasOwn(properties, key) ? properties[key] : undefined;

/** A schema, or every alternative of it. Each has one type. */
export function alternativesOf(schema: JsonSchema): JsonSchema[] {
  if (schema.anyOf) return schema.anyOf.flatMap(alternativesOf);
  return Array.isArray(schema.type) ? schema.type.map((type) => ({ ...schema, type })) : [schema];
}

/** Every schema for the value at a path. One that has alternatives is not taken apart. */
function nodesAt(schema: JsonSchema, path: Path): JsonSchema[] {
  const [part, ...rest] = path;
  if (part === undefined) return [schema];
  return alternativesOf(schema).flatMap((branch) => {
    const next =
      typeof part === 'number'
        ? (branch.prefixItems?.[part] ?? branch.items)
        : (propertyOf(branch, part) ??
          (typeof branch.additionalProperties === 'object' ? branch.additionalProperties : undefined));
    return next ? nodesAt(next, rest) : [];
  });
}

/** Every alternative schema for the value at a path. */
export const schemasAt = (schema: JsonSchema, path: Path): JsonSchema[] =>
  nodesAt(schema, path).flatMap(alternativesOf);

/** The keys that an object at a path may have, in the order of the schema. */
export const keysAt = (schema: JsonSchema, path: Path): string[] => [
  ...new Set(
    schemasAt(schema, path).flatMap((branch) => [
      ...Object.keys(branch.properties ?? {}),
      ...((branch.propertyNames?.enum as string[] | undefined) ?? []),
    ]),
  ),
];

export const descriptionAt = (schema: JsonSchema, path: Path): string | undefined =>
  [...nodesAt(schema, path), ...schemasAt(schema, path)].find((node) => node.description)?.description;
