import { z } from 'zod';
import { badTextIn } from '../contracts/primitives/bad-text-in.js';
import { lostInJson } from '../contracts/primitives/lost-in-json.js';
import { visible } from '../contracts/primitives/visible.js';
import { MainspringError } from './errors.js';
import { allowedBy } from './allowed-words.js';
import { MAX_VALUES, sizeFault } from './input-size.js';
import { nearest } from './nearest.js';
import type { AnyOperation } from './operation.js';

type Issue = z.core.$ZodIssue;

/** One field that is wrong. */
export interface FieldIssue {
  /** Path of the field in the input, e.g. `weights.vision`; empty for the input itself. */
  path: string;
  message: string;
  remedy: string;
}

/** Fields of the input are wrong. `details` lists them. */
export class InputError extends MainspringError {
  constructor(
    operation: string,
    readonly issues: FieldIssue[],
  ) {
    super(
      'usage',
      issues.map(({ path, message }) => (path === '' ? message : `${path} ${message}`)).join('; '),
      [...new Set(issues.map(({ remedy }) => remedy))].filter(Boolean).join(' ') ||
        `Correct the input of ${operation}.`,
      issues,
    );
  }
}

/** Wrong fields that are named at most. Whoever has more of them has one mistake in all. */
const MAX_ISSUES = 20;

/**
 * @throws InputError with the first 20 wrong fields: the value, the allowed values and the remedy of each. An input that is too
 *   large is refused before its fields are checked.
 */
export function parseInput(operation: AnyOperation, input: unknown): unknown {
  const { maxValues = MAX_VALUES } = operation;
  const tooLarge = sizeFault(input, maxValues);
  if (tooLarge !== undefined)
    throw new InputError(operation.name, [
      { path: '', message: `the input ${tooLarge}`, remedy: 'Send less at once.' },
    ]);
  const bad = badTextIn(input);
  if (bad !== undefined)
    throw new InputError(operation.name, [
      {
        path: bad.path.map((part) => visible(String(part))).join('.'),
        message: bad.fault,
        remedy: bad.remedy,
      },
    ]);
  const lost = lostInJson(input);
  if (lost !== undefined)
    throw new InputError(operation.name, [
      {
        path: lost.path.join('.'),
        message: `is ${lost.shown}, which JSON cannot carry`,
        remedy: 'Send a finite number, text, boolean, list or object; null is a missing value.',
      },
    ]);
  const parsed = firstIssues(operation.input, input);
  if (parsed.issues.length === 0) return parsed.value;
  const issues = parsed.issues.flatMap((issue) => explain(issue, operation, input)).slice(0, MAX_ISSUES);
  throw new InputError(operation.name, issues);
}

/** As `safeParse`, which would write a message for each of thousands of issues. */
function firstIssues(schema: z.ZodType, input: unknown): { value: unknown; issues: Issue[] } {
  const context = { async: false };
  const parsed = schema._zod.run({ value: input, issues: [] }, context);
  if (parsed instanceof Promise) throw new TypeError('the input of an operation is checked at once');
  const first = parsed.issues.slice(0, MAX_ISSUES);
  return {
    value: parsed.value,
    issues: first.map((issue) => z.core.util.finalizeIssue(issue, context, z.config())),
  };
}

function explain(issue: Issue, operation: AnyOperation, input: unknown): FieldIssue[] {
  const path = issue.path.map(String).join('.');
  if (issue.code === 'unrecognized_keys') {
    const known = issue.path.length === 0 ? Object.keys(operation.input.shape) : [];
    return issue.keys.slice(0, MAX_ISSUES).map((key) => {
      const near = nearest(cut(key), known);
      const allowed = known.length === 0 ? '' : `Fields: ${known.join(', ')}.`;
      return {
        path: path === '' ? cut(key) : `${path}.${cut(key)}`,
        message: 'is an unknown field',
        remedy: near ? `Did you mean "${near}"? ${allowed}` : allowed || 'Leave it out.',
      };
    });
  }
  if (issue.code === 'invalid_union') {
    const [first] = issue.errors.toSorted((a, b) => a.length - b.length);
    if (first)
      return first.flatMap((inner) =>
        explain({ ...inner, path: [...issue.path, ...inner.path] }, operation, input),
      );
    return [
      {
        path,
        message: `is ${show(valueAt(input, issue.path))}, which fits none of the forms`,
        remedy: FORMS,
      },
    ];
  }
  const value = valueAt(input, issue.path);
  const found = value === undefined ? 'is missing' : `is ${show(value)}`;
  const allowed = allowedBy(issue);
  if (allowed === undefined) return [{ path, message: found, remedy: 'State it.' }];
  return [{ path, message: `${found}, allowed: ${allowed}`, remedy: statedRemedy(issue) }];
}

/** The remedy that a check states as `params.remedy`; empty if it states none. */
const statedRemedy = (issue: Issue): string =>
  issue.code === 'custom' && typeof issue.params?.['remedy'] === 'string' ? issue.params['remedy'] : '';

const FORMS = 'docs/spec.md has the forms of each field; /v1/openapi.json has them as a schema.';

const valueAt = (input: unknown, path: readonly PropertyKey[]): unknown =>
  path.reduce<unknown>(
    (inner, part) =>
      inner !== null && typeof inner === 'object' ? (inner as Record<PropertyKey, unknown>)[part] : undefined,
    input,
  );

const cut = (text: string): string => (text.length <= 60 ? text : `${text.slice(0, 59)}…`);

const show = (value: unknown): string =>
  cut(JSON.stringify(typeof value === 'string' ? value.slice(0, 60) : value) ?? 'undefined');
