import { patternName } from './explain.js';
import type { JsonSchema } from './schema.js';

/** The bounds that zod gives to every whole number: no rule of ours. */
const isOwn = (bound: number | undefined): bound is number =>
  bound !== undefined && Math.abs(bound) < Number.MAX_SAFE_INTEGER;

/** Bounds of a number after its kind, e.g. ` from 0 to 1`; empty without bounds. */
function numberBounds({ minimum, maximum, exclusiveMinimum, exclusiveMaximum }: JsonSchema): string {
  const from = isOwn(minimum) && `of at least ${minimum}`;
  const above = isOwn(exclusiveMinimum) && `above ${exclusiveMinimum}`;
  const to = isOwn(maximum) && `of at most ${maximum}`;
  const below = isOwn(exclusiveMaximum) && `below ${exclusiveMaximum}`;
  if (from && to && !above && !below) return ` from ${minimum} to ${maximum}`;
  const bounds = [above || from, below || to].filter(Boolean);
  return bounds.length === 0 ? '' : ` ${bounds.join(' and ')}`;
}

/** The bounds of a whole number without exclusive ones: above 0 is at least 1. */
function asWhole({ minimum, maximum, exclusiveMinimum, exclusiveMaximum }: JsonSchema): JsonSchema {
  const least = exclusiveMinimum === undefined ? minimum : exclusiveMinimum + 1;
  const most = exclusiveMaximum === undefined ? maximum : exclusiveMaximum - 1;
  return { ...(least !== undefined && { minimum: least }), ...(most !== undefined && { maximum: most }) };
}

/** Number of parts of a list or text after its kind, e.g. ` of 1 to 100 entries`; empty without bounds. */
function countBounds(least: number | undefined, most: number | undefined, parts: string): string {
  if (least && most) return least === most ? ` of ${most} ${parts}` : ` of ${least} to ${most} ${parts}`;
  if (least) return ` of at least ${least} ${parts}`;
  return most === undefined ? '' : ` of at most ${most} ${parts}`;
}

/** What a schema allows, in words: `a whole number from 1 to 100`, `a list of at least 3 entries`. */
export function ruleInWords(schema: JsonSchema): string {
  if (schema.pattern) {
    const name = patternName(schema.pattern);
    const count = countBounds(schema.minLength, schema.maxLength, 'characters');
    return `a ${name === 'column' ? 'column name' : name}${count}`;
  }
  switch (schema.type) {
    case 'integer':
      return `a whole number${numberBounds(asWhole(schema))}`;
    case 'number':
      return `a number${numberBounds(schema)}`;
    case 'string':
      return `text${countBounds(schema.minLength, schema.maxLength, 'characters')}`;
    case 'array':
      return schema.prefixItems
        ? `a list of ${schema.prefixItems.length} values`
        : `a list${countBounds(schema.minItems, schema.maxItems, 'entries')}`;
    case 'boolean':
      return 'true or false';
    default:
      return schema.properties
        ? `the fields ${Object.keys(schema.properties).join(', ')}`
        : 'a map from names to values';
  }
}

/** True if a schema takes the text. */
const takesText = ({ type, pattern }: JsonSchema, text: string): boolean =>
  type === 'string' && (pattern === undefined || new RegExp(pattern, 'u').test(text));

/** True for a number without its percent sign, where a percentage is allowed. */
const lacksPercent = (value: unknown, allowed: readonly JsonSchema[]): boolean =>
  Number(value) > 1 &&
  allowed.some((schema) => schema.pattern?.includes('%') && takesText(schema, `${String(value)}%`));

/**
 * How to write the value that was meant, as far as it can be told: one value as a list, a number as text. Otherwise empty.
 *
 * @param written a number as the file has it
 */
export function wayToWrite(value: unknown, allowed: readonly JsonSchema[], written?: string): string {
  if (typeof value !== 'string' && typeof value !== 'number' && typeof value !== 'boolean') return '';
  const [schema, ...others] = allowed;
  if (schema === undefined) return '';
  if (lacksPercent(value, allowed)) return `Write ${value}%.`;
  if (others.length > 0) return '';
  if (schema.type === 'array' && !schema.prefixItems) return `Write a list: [${JSON.stringify(value)}].`;
  const text = written ?? String(value);
  if (typeof value !== 'string' && takesText(schema, text)) return `Write text in quotes: "${text}".`;
  const isNumber = schema.type === 'number' || schema.type === 'integer';
  return isNumber && typeof value === 'string' && /^-?\d+(\.\d+)?$/.test(value)
    ? `Write a number without quotes: ${value}.`
    : '';
}
