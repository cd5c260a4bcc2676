import type { z } from 'zod';
import { nearest } from '../../operations/nearest.js';
import { type Path, showPath } from '../../operations/spec/path.js';
import type { Problem } from './problem.js';
import type { RawSpec } from './read.js';
import { type JsonSchema, descriptionAt, keysAt } from './schema.js';

type Issue = z.core.$ZodIssue;

/** The issues of a parse as problems with position and remedy. */
export function toProblems(issues: readonly Issue[], raw: RawSpec, schema: JsonSchema): Problem[] {
  const problems = issues.flatMap((issue) => fromIssue(issue, [], raw, schema));
  const seen = new Set<string>();
  return problems.filter((problem) => {
    const key = `${problem.path} ${problem.message}`;
    return seen.has(key) ? false : (seen.add(key), true);
  });
}

/** A problem at a path, with its position in the file. */
export function problemAt(raw: RawSpec, path: Path, message: string, remedy: string, onKey = false): Problem {
  const location = raw.locate(path, onKey);
  return {
    path: showPath(path),
    message,
    remedy,
    line: location?.line ?? null,
    column: location?.column ?? null,
  };
}

function fromIssue(issue: Issue, prefix: Path, raw: RawSpec, schema: JsonSchema): Problem[] {
  const path = [...prefix, ...(issue.path as (string | number)[])];
  switch (issue.code) {
    case 'unrecognized_keys':
      return issue.keys.map((key) => unknownKey(key, path, raw, schema));
    case 'invalid_union':
      return fromUnion(issue.errors, path, raw, schema);
    default:
      return [fromValue(issue, path, raw, schema)];
  }
}

function unknownKey(key: string, path: Path, raw: RawSpec, schema: JsonSchema): Problem {
  const known = keysAt(schema, path);
  const near = nearest(key, known);
  const remedy = near
    ? `Did you mean "${near}"? Allowed here: ${known.join(', ')}.`
    : `Allowed here: ${known.join(', ') || 'nothing'}.`;
  return problemAt(raw, [...path, key], `unknown key "${key}"`, remedy, true);
}

function fromValue(issue: Issue, path: Path, raw: RawSpec, schema: JsonSchema): Problem {
  const value = valueAt(raw.value, path);
  const about = descriptionAt(schema, path) ?? '';
  const allowed = 'values' in issue ? issue.values.map((known) => String(known)) : [];
  if (value === undefined) {
    const remedy = [about, allowed.length > 0 ? `Allowed: ${allowed.join(', ')}.` : '']
      .filter(Boolean)
      .join(' ');
    return problemAt(raw, path, 'is required and missing', remedy || `Add "${String(path.at(-1))}".`);
  }
  const shown = show(value);
  if (allowed.length > 0) {
    const near = typeof value === 'string' ? nearest(value, allowed) : undefined;
    const remedy = `${near ? `Did you mean "${near}"? ` : ''}Allowed: ${allowed.join(', ')}.`;
    return problemAt(raw, path, `${shown} is not allowed here`, remedy);
  }
  return problemAt(raw, path, `${shown}: ${issue.message.replace(/^Invalid (string|input): /, '')}`, about);
}

/**
 * Report on the most likely of several allowed forms: the one that the value violates least. If none is clearly the
 * most likely, the keys of all forms are reported.
 */
function fromUnion(
  branches: readonly (readonly Issue[])[],
  path: Path,
  raw: RawSpec,
  schema: JsonSchema,
): Problem[] {
  const value = valueAt(raw.value, path);
  const scored = branches
    .map((issues) => ({ issues, score: misfit(issues) }))
    .sort((a, b) => a.score - b.score);
  const [best, second] = scored;
  const isClear = best && (!second || best.score < second.score);
  if (isClear || typeof value !== 'object') {
    const chosen = typeof value === 'object' ? best?.issues : scored.flatMap(({ issues }) => issues);
    const reasons = (chosen ?? []).flatMap((issue) => fromIssue(issue, path, raw, schema));
    if (typeof value === 'object') return reasons;
    const message =
      reasons.map((reason) => reason.message.replace(`${show(value)}: `, '')).join(', or ') ||
      'fits none of the forms that are possible here';
    return [problemAt(raw, path, `${show(value)}: ${message}`, descriptionAt(schema, path) ?? '')];
  }
  const known = keysAt(schema, path);
  const unknown = Object.keys(value ?? {}).filter((key) => !known.includes(key));
  if (unknown.length > 0) return unknown.map((key) => unknownKey(key, path, raw, schema));
  return [
    problemAt(
      raw,
      path,
      'fits none of the forms that are possible here',
      `Keys of these forms: ${known.join(', ')}.`,
    ),
  ];
}

/** A score of how badly a value misses a form. A wrong value counts less than a key that is unknown or missing. */
function misfit(issues: readonly Issue[]): number {
  return issues.reduce((sum, issue) => {
    if (issue.code === 'unrecognized_keys')
      return sum + issue.keys.length * (issue.path.length === 0 ? 3 : 1);
    const isMissing = issue.message.includes('received undefined');
    return sum + (isMissing && issue.path.length <= 1 ? 3 : 1);
  }, 0);
}

function valueAt(value: unknown, path: Path): unknown {
  return path.reduce<unknown>(
    (inner, part) =>
      inner !== null && typeof inner === 'object'
        ? (inner as Record<string | number, unknown>)[part]
        : undefined,
    value,
  );
}

function show(value: unknown): string {
  const text = JSON.stringify(value) ?? 'undefined';
  return text.length <= 60 ? text : `${text.slice(0, 59)}…`;
}
