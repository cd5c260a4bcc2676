/** The parts of JSON Schema that zod writes for inputs and outputs of operations. */
export interface TypeSchema {
  $ref?: string;
  $defs?: Record<string, TypeSchema>;
  const?: unknown;
  enum?: unknown[];
  anyOf?: TypeSchema[];
  allOf?: TypeSchema[];
  /** A list of types means: any of them. */
  type?: string | string[];
  items?: TypeSchema;
  prefixItems?: TypeSchema[];
  properties?: Record<string, TypeSchema>;
  required?: string[];
  additionalProperties?: TypeSchema | boolean;
  propertyNames?: TypeSchema;
  default?: unknown;
  description?: string;
}

const PLAIN: Record<string, string> = { string: 'string', integer: 'integer', number: 'number', boolean: 'boolean', null: 'null' };

/** A type as TypeScript would write it on one line; `integer` is a whole number. A type with a name is shown by its name. */
export function typeText(schema: TypeSchema): string {
  if (schema.$ref !== undefined) return schema.$ref.replace('#/$defs/', '');
  if (schema.const !== undefined) return JSON.stringify(schema.const);
  if (schema.enum) return schema.enum.map((value) => JSON.stringify(value)).join(' | ');
  if (schema.anyOf) return [...new Set(schema.anyOf.map(typeText))].join(' | ');
  if (schema.allOf) return schema.allOf.map(typeText).join(' & ');
  if (schema.prefixItems) return `[${schema.prefixItems.map(typeText).join(', ')}]`;
  if (schema.items) {
    const inner = typeText(schema.items);
    return / [|&] /.test(inner) ? `(${inner})[]` : `${inner}[]`;
  }
  if (schema.properties) {
    const fields = Object.entries(schema.properties).map(
      ([name, field]) => `${name}${(schema.required ?? []).includes(name) ? '' : '?'}: ${typeText(field)}`,
    );
    return fields.length === 0 ? '{}' : `{ ${fields.join('; ')} }`;
  }
  if (typeof schema.additionalProperties === 'object')
    return `Record<${schema.propertyNames ? typeText(schema.propertyNames) : 'string'}, ${typeText(schema.additionalProperties)}>`;
  return [schema.type ?? ''].flat().map((type) => PLAIN[type] ?? 'unknown').join(' | ');
}
