import { badText } from '../contracts/primitives/text.js';
import { MainspringError } from '../operations/errors.js';

/** Checks of what a program passes to a function of the library. Fields of an operation are checked by its schema. */

const MAX_SHOWN_CHARS = 60;

/** A value of any type as a message shows it. */
export function shown(value: unknown): string {
  if (typeof value === 'string') return JSON.stringify(value.slice(0, MAX_SHOWN_CHARS));
  if (typeof value === 'function') return 'a function';
  if (typeof value !== 'object' || value === null) return String(value);
  if (Array.isArray(value)) return 'a list';
  const kind = (value as { constructor?: { name?: unknown } }).constructor?.name;
  return typeof kind === 'string' && kind !== 'Object' ? `an object of type ${kind}` : 'an object';
}

/** The error for an argument that makes no sense. */
export const wrongArgument = (
  name: string,
  value: unknown,
  allowed: string,
  remedy: string,
): MainspringError => new MainspringError('usage', `${name} is ${shown(value)}, allowed: ${allowed}`, remedy);

/** True for an object with fields. An empty Map, Date or AbortSignal is none: its content would be lost. */
export function isFields(value: unknown): value is Record<string, unknown> {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return false;
  const kind: unknown = Object.getPrototypeOf(value);
  const isPlain = kind === null || Object.getPrototypeOf(kind) === null;
  return isPlain || Object.keys(value).length > 0;
}

/**
 * The options of a function. Undefined stands for none.
 *
 * @throws MainspringError `usage` for anything else than an object with fields
 */
export function optionsOf(call: string, value: unknown, fields: readonly string[]): Record<string, unknown> {
  if (value === undefined) return {};
  if (isFields(value)) return value;
  const allowed = fields.length === 0 ? 'an object' : `an object with fields of ${fields.join(', ')}`;
  throw wrongArgument(
    `the argument with the options of ${call}`,
    value,
    allowed,
    'Pass the options as one object, or leave it out. docs/api.md shows every function.',
  );
}

/** @throws MainspringError `usage` for anything else than an AbortSignal. Undefined is allowed. */
export function signalOf(value: unknown): AbortSignal | undefined {
  if (value === undefined || value instanceof AbortSignal) return value;
  throw wrongArgument(
    'signal',
    value,
    'an AbortSignal',
    'Pass the signal of an AbortController, or AbortSignal.timeout(milliseconds).',
  );
}

/** @throws MainspringError `usage` for anything that cannot be the path of a file */
export function pathOf(name: string, value: unknown): string {
  if (typeof value === 'string' && value !== '' && badText(value) === undefined) return value;
  throw wrongArgument(
    name,
    value,
    'the path of a file, as text without control characters',
    'Pass a path, e.g. "examples/flight-delay/model.yaml". A file: URL becomes one by fileURLToPath(url).',
  );
}
