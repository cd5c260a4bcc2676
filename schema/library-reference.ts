import { z } from 'zod';
import { Role } from '../contracts/spec/charter.js';
import { operations } from '../operations/index.js';
import { type AnyOperation, COMMON_ERRORS, pathNames } from '../operations/operation.js';
import type { NamedType } from './named-types.js';
import { type TypeSchema, typeText } from './type-text.js';
import { item, wrap } from './wrap.js';

const code = (text: string): string => `\`${text}\``;
const sentence = (text: string): string => (text === '' || /[.!?]$/.test(text) ? text : `${text}.`);

/** JSON Schema of an input or an output, in which named types are references. */
function schemaOf(schema: z.ZodType, io: 'input' | 'output', types: readonly NamedType[]): TypeSchema {
  const metadata = z.registry<{ id: string; description?: string }>();
  for (const type of types) metadata.add(type.schema, { id: type.name });
  return z.toJSONSchema(schema, { io, unrepresentable: 'any', metadata }) as TypeSchema;
}

/** The call of an operation in the library, as people write it: names of the path first, the rest as one object. */
function callOf({ name, input, http }: AnyOperation): string {
  const inPath = pathNames(http.path);
  const { required = [] } = schemaOf(input, 'input', []);
  const rest = Object.keys(input.shape).filter((field) => !inPath.includes(field));
  const isOptional = rest.every((field) => !required.includes(field));
  const options = rest.length === 0 ? [] : [`{ ${rest.join(', ')} }${isOptional ? '?' : ''}`];
  return `${name}(${[...inPath, ...options].join(', ')})`;
}

/** The description of a field, or of the field that it makes optional. */
function describedIn(field: unknown): string {
  const { description } = field as z.ZodType;
  if (description !== undefined) return description;
  return field instanceof z.ZodOptional || field instanceof z.ZodDefault ? describedIn(field.unwrap()) : '';
}

function parameters({ input }: AnyOperation): string[] {
  const { properties = {}, required = [] } = schemaOf(input, 'input', []);
  return Object.entries(properties).map(([name, field]) => {
    // A whole model file or packed spec has a page of its own.
    const isSpec = name === 'spec' || name === 'packed';
    const type = isSpec ? (name === 'spec' ? 'ModelSpec' : 'PackedSpec') : typeText(field);
    const about = describedIn(input.shape[name]);
    return item(`${code(name)}: ${code(type)}${required.includes(name) ? '' : ', optional'}. ${sentence(about)}`.trim(), 1);
  });
}

/** The type of an answer, on one line if that is short; a longer one is a list of its fields. */
function result({ output, effect }: AnyOperation, types: readonly NamedType[]): string {
  const schema = schemaOf(output, 'output', types);
  return item(`${effect === 'stream' ? 'Yields' : 'Result'}: ${code(typeText(schema))}`);
}

function section(operation: AnyOperation, types: readonly NamedType[]): string {
  const { http, summary, who, errors = {} } = operation;
  const may = Array.isArray(who) ? (who.length === Role.options.length ? 'any role' : who.join(', ')) : String(who);
  const fields = parameters(operation);
  const raised = Object.entries(errors).map(([kind, when]) => item(`${code(kind)}: ${when}`, 1));
  return [
    `#### ${operation.name}`,
    '',
    wrap(sentence(summary)),
    '',
    item(`Call: ${code(callOf(operation))}`),
    item(`HTTP: ${code(`${http.method} ${http.path}`)}. Who may: ${may}.`),
    fields.length === 0 ? item('Parameters: none') : ['- Parameters:', ...fields].join('\n'),
    result(operation, types),
    raised.length === 0 ? item('Errors: the common ones') : ['- Errors, beside the common ones:', ...raised].join('\n'),
  ].join('\n');
}

const shapeOf = (schema: z.ZodType): Record<string, unknown> => (schema instanceof z.ZodObject ? schema.shape : {});

/** The comment of a field that another type shares with this one. */
function commentElsewhere(field: string, schema: unknown, types: readonly NamedType[]): string {
  if (schema === undefined) return '';
  const same = types.find((type) => shapeOf(type.schema)[field] === schema && type.fields[field]);
  return same?.fields[field] ?? '';
}

/** A named type with its fields, each with its type and its comment. */
function typeSection({ name, schema, about, fields }: NamedType, types: readonly NamedType[]): string {
  const others = types.filter((type) => type.schema !== schema);
  const { properties, ...whole } = schemaOf(schema, 'output', others);
  const shape = shapeOf(schema);
  const lines = Object.entries(properties ?? {}).map(([field, type]) => {
    const comment = fields[field] || commentElsewhere(field, shape[field], types);
    return item(`${code(field)}: ${code(typeText(type))}${comment === '' ? '' : `. ${sentence(comment)}`}`);
  });
  return [
    `#### ${name}`,
    '',
    ...(about === '' ? [] : [wrap(sentence(about)), '']),
    ...(lines.length > 0 ? lines : name === 'ModelSpec' ? ['Its fields: [spec.md](spec.md).'] : [item(code(typeText(whole)))]),
  ].join('\n');
}

/** Every operation with its parameters, its result and its errors, by group; then the types that the library exports. */
export const libraryReference = (types: readonly NamedType[]): string =>
  [
    '### Errors of every operation',
    '',
    ...Object.entries(COMMON_ERRORS).map(([kind, when]) => item(`${code(kind)}: ${when}`)),
    '',
    ...Object.entries(operations).flatMap(([group, verbs]) => [
      `### ${group}`,
      '',
      ...Object.values<AnyOperation>(verbs).flatMap((operation) => [section(operation, types), '']),
    ]),
    '### Types',
    '',
    ...types.flatMap((type) => [typeSection(type, types), '']),
  ]
    .join('\n')
    .trim();
