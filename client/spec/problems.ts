import type { z } from 'zod';
import { nearest } from '../../operations/nearest.js';
import type { Path } from '../../operations/spec/path.js';
import { formsAt } from './forms.js';
import { ofNoForm, wrongKeys } from './key-problems.js';
import type { Problem } from './problem.js';
import { problemAt } from './problem-at.js';
import type { RawSpec } from './read.js';
import { ruleInWords, wayToWrite } from './rule-words.js';
import { type JsonSchema, descriptionAt, schemasAt } from './schema.js';
import { show } from './show.js';
import { valueAt } from './value-at.js';

type Issue = z.core.$ZodIssue;

/** The issues of a parse as problems with position and remedy: one for each path, because the others follow from it. */
export function toProblems(issues: readonly Issue[], raw: RawSpec, schema: JsonSchema): Problem[] {
  const problems = issues.flatMap((issue) => fromIssue(issue, raw, schema));
  const seen = new Set<string>();
  return problems.filter(({ path }) => seen.size < seen.add(path).size);
}

function fromIssue(issue: Issue, raw: RawSpec, schema: JsonSchema): Problem[] {
  const path = issue.path as Path;
  if (issue.code === 'unrecognized_keys') return wrongKeys(issue.keys, path, raw, schema);
  if (valueAt(raw.value, path) === undefined) return [missingValue(issue, path, raw, schema)];
  if ('values' in issue) return [wrongWord(issue.values.map(String), path, raw)];
  const forms = formsAt(schema, path);
  if (issue.code === 'invalid_union' && forms.length > 0) return ofNoForm(forms, path, raw, schema);
  return [isOfZod(issue) ? wrongValue(path, raw, schema) : statedFault(issue, path, raw, schema)];
}

/** True for a message of zod's own. It states one bound of several, or one form. */
const isOfZod = ({ message }: Issue): boolean => /^(Invalid input|Too small|Too big)/.test(message);

const sentences = (...texts: string[]): string => texts.filter(Boolean).join(' ');

function missingValue(issue: Issue, path: Path, raw: RawSpec, schema: JsonSchema): Problem {
  const allowed = 'values' in issue ? `Allowed: ${issue.values.map(String).join(', ')}.` : '';
  const remedy = sentences(descriptionAt(schema, path) ?? '', allowed) || `Add "${String(path.at(-1))}".`;
  return problemAt(raw, path, 'is required and missing', remedy);
}

/** The problem of a value that is not on a list of words. */
function wrongWord(allowed: readonly string[], path: Path, raw: RawSpec): Problem {
  const value = valueAt(raw.value, path);
  const near = typeof value === 'string' ? nearest(value, allowed) : undefined;
  const remedy = sentences(near ? `Did you mean "${near}"?` : '', `Allowed: ${allowed.join(', ')}.`);
  return problemAt(raw, path, `${show(value, raw.written?.(path))} is not allowed here`, remedy);
}

/** The problem of a value that breaks a rule with words of its own. */
function statedFault(issue: Issue, path: Path, raw: RawSpec, schema: JsonSchema): Problem {
  const value = valueAt(raw.value, path);
  const stated: unknown = issue.code === 'custom' ? issue.params?.['remedy'] : undefined;
  const remedy =
    typeof stated === 'string'
      ? stated
      : sentences(wayToWrite(value, schemasAt(schema, path), raw.written?.(path)), aboutValue(schema, path));
  return problemAt(raw, path, `${show(value, raw.written?.(path))}: ${issue.message}`, remedy);
}

/** The problem of a value that its schema does not allow, with the whole rule. */
function wrongValue(path: Path, raw: RawSpec, schema: JsonSchema): Problem {
  const value = valueAt(raw.value, path);
  const allowed = schemasAt(schema, path);
  const rule = allowed.map(ruleInWords).join(', or ');
  const isEndless = typeof value === 'number' && !Number.isFinite(value);
  const count = countOf(value, rule);
  return problemAt(
    raw,
    path,
    `${show(value, raw.written?.(path))}${isEndless ? ' is not finite' : ''}: expected ${rule}${count}`,
    sentences(wayToWrite(value, allowed, raw.written?.(path)), aboutValue(schema, path)),
  );
}

/** The number of entries or characters that a value has, after a rule that is about them. */
function countOf(value: unknown, rule: string): string {
  if (Array.isArray(value) && rule.includes('entries')) return `, found ${value.length}`;
  return typeof value === 'string' && rule.includes('characters') ? `, found ${value.length}` : '';
}

/** The description of a value, or of the nearest list or map that holds it. */
function aboutValue(schema: JsonSchema, path: Path): string {
  for (let length = path.length; length > 0; length -= 1) {
    const about = descriptionAt(schema, path.slice(0, length));
    if (about !== undefined) return about;
  }
  return '';
}
