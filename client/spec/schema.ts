import { z } from 'zod';
import { ModelSpec } from '../../contracts/spec/model-spec.js';
import type { Path } from '../../operations/spec/path.js';

/** The part of JSON Schema that `z.toJSONSchema` produces for our contracts. */
export interface JsonSchema {
  type?: string;
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

/** Every alternative schema for the value at a path. */
export function schemasAt(schema: JsonSchema, path: Path): JsonSchema[] {
  const [part, ...rest] = path;
  const alternatives = schema.anyOf ? schema.anyOf.flatMap((branch) => schemasAt(branch, [])) : [schema];
  if (part === undefined) return alternatives;
  return alternatives.flatMap((branch) => {
    const next =
      typeof part === 'number'
        ? (branch.prefixItems?.[part] ?? branch.items)
        : (branch.properties?.[part] ??
          (typeof branch.additionalProperties === 'object' ? branch.additionalProperties : undefined));
    return next ? schemasAt(next, rest) : [];
  });
}

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
  schemasAt(schema, path).find((branch) => branch.description)?.description;
