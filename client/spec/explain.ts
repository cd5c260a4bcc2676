import { MainspringError } from '../../operations/errors.js';
import { nearest } from '../../operations/nearest.js';
import { wrongArgument } from '../arguments.js';
import { type JsonSchema, alternativesOf, keysAt, modelJsonSchema, schemasAt } from './schema.js';

/** One field of the model file, in the order in which it is written. */
export interface Field {
  /** Path such as `evaluation.gates[].metric`. `<name>` stands for a key that the author chooses. */
  path: string;
  depth: number;
  key: string;
  type: string;
  required: boolean;
  /** Undefined if the field has no default. */
  default: unknown;
  description: string;
}

/** Descriptions of patterns, shown instead of the regular expression. */
const PATTERN_NAMES: [RegExp, string][] = [
  [/ms\|s\|m/, 'duration such as 30s, 6h, 7d'],
  [/KiB/, 'size such as 2GiB'],
  [/%/, 'percentage such as 5%'],
  [/\\\.\[\^/, 'source.column'],
  [/p\{Cc\}/, 'column'],
  [/^\^\[a-z/i, 'name'],
];

const TYPE_NAMES: Record<string, string> = {
  string: 'text',
  integer: 'whole number',
  number: 'number',
  boolean: 'true | false',
};

/** The form of a text that a pattern describes. */
export const patternName = (pattern: string): string =>
  PATTERN_NAMES.find(([known]) => known.test(pattern))?.[1] ?? 'text';

function typeOf(schema: JsonSchema): string {
  if (schema.const !== undefined) return JSON.stringify(schema.const);
  if (schema.enum) return schema.enum.map(String).join(' | ');
  const alternatives = alternativesOf(schema);
  if (alternatives.length > 1) return [...new Set(alternatives.map(typeOf))].join(' or ');
  if (schema.type === 'array' && schema.prefixItems) return `[${schema.prefixItems.map(typeOf).join(', ')}]`;
  if (schema.type === 'array' && schema.items) {
    const inner = typeOf(schema.items);
    return inner === 'object' || inner.startsWith('object') ? 'list' : `list of ${inner}`;
  }
  if (schema.pattern) return patternName(schema.pattern);
  if (
    schema.type === 'object' &&
    schema.additionalProperties &&
    typeof schema.additionalProperties === 'object'
  ) {
    const inner = typeOf(schema.additionalProperties);
    return inner === 'object' ? 'map' : `map of ${inner}`;
  }
  return TYPE_NAMES[String(schema.type)] ?? 'object';
}

/** Schemas within a schema: of its fields, of a list's items, and of a map's values. */
function nested(schema: JsonSchema, path: string): { schema: JsonSchema; path: string; own?: string }[] {
  return schemasAt(schema, []).flatMap((branch) => {
    if (branch.properties) return [{ schema: branch, path }];
    if (branch.items && !branch.prefixItems) return nested(branch.items, `${path}[]`);
    if (typeof branch.additionalProperties === 'object') {
      const below = nested(branch.additionalProperties, `${path}.<name>`);
      return below.map((inner) => ({ ...inner, own: '<name>' }));
    }
    return [];
  });
}

function walk(schema: JsonSchema, path: string, depth: number): Field[] {
  const seen = new Set<string>();
  return nested(schema, path).flatMap(({ schema: object, path: base, own }) =>
    Object.entries(object.properties ?? {}).flatMap(([key, field]) => {
      const full = base ? `${base}.${key}` : key;
      // Alternatives of a union share fields such as `onFail`.
      if (seen.has(full)) return [];
      seen.add(full);
      const inner = walk(field, full, depth + 1 + (own ? 1 : 0));
      return [
        {
          path: full,
          depth: depth + (own ? 1 : 0),
          key,
          type: typeOf(field),
          required: (object.required ?? []).includes(key) && field.default === undefined,
          default: field.default,
          description: field.description ?? '',
        },
        ...inner,
      ];
    }),
  );
}

export const allFields = (): Field[] => walk(modelJsonSchema(), '', 0);

/**
 * Fields of the model file, all or those below a key such as `training.search`.
 *
 * @throws MainspringError `not-found` with the nearest field, `usage` for what is no text
 */
export function explainSpec(below?: string): Field[] {
  const fields = allFields();
  if (below === undefined) return fields;
  if (typeof below !== 'string' || below === '')
    throw wrongArgument(
      'the field to explain',
      below,
      'the path of a field, as text',
      'For example: training.search. Leave it out for every field.',
    );
  const chosen = fields.filter(
    ({ path }) => path === below || path.startsWith(`${below}.`) || path.startsWith(`${below}[`),
  );
  if (chosen.length > 0) return chosen;
  const near = nearest(
    below,
    fields.map(({ path }) => path),
  );
  throw new MainspringError(
    'not-found',
    `the model file has no field "${below}"`,
    `${near ? `Did you mean "${near}"? ` : ''}Fields at the top: ${keysAt(modelJsonSchema(), []).join(', ')}.`,
  );
}

/** Every field with its type, default and meaning, written like YAML. */
export function showFields(fields: readonly Field[]): string {
  const least = Math.min(...fields.map(({ depth }) => depth));
  return fields
    .map(({ key, depth, type, required, default: value, description, path }) => {
      const parent = path.slice(0, -key.length);
      const indent = '  '.repeat(depth - least);
      const name = parent.endsWith('[].') ? `- ${key}` : parent.endsWith('<name>.') ? `<name>.${key}` : key;
      const shown = value === undefined ? `<${type}>` : JSON.stringify(value);
      const notes = [required ? 'required' : '', value === undefined ? '' : type, description];
      const comment = notes.filter(Boolean).join('; ');
      return `${indent}${name}: ${shown}${comment ? `  # ${comment}` : ''}`;
    })
    .join('\n');
}
