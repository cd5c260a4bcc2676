import type { z } from 'zod';

type Issue = z.core.$ZodIssue;

/** The types of JSON, in plain words. */
const TYPES: Readonly<Record<string, string | undefined>> = {
  array: 'a list',
  boolean: 'true or false',
  int: 'a whole number',
  null: 'null',
  number: 'a number',
  object: 'an object',
  record: 'an object',
  string: 'text',
};

/** What a size counts. */
const PARTS: Readonly<Record<string, [one: string, several: string] | undefined>> = {
  array: ['entry', 'entries'],
  set: ['entry', 'entries'],
  string: ['character', 'characters'],
};

function size(limit: number | bigint, origin: string): string {
  const parts = PARTS[origin];
  if (parts === undefined) return String(limit);
  return `${limit} ${parts[Number(limit) === 1 ? 0 : 1]}`;
}

/** How zod begins the messages of its own. Every other message is one that the schema states. */
const OWN = /^(?:Invalid (?:input|string|option|key|element|number)|Too (?:small|big)|Unrecognized)\b/;

/**
 * The values that a check allows, in plain words: those that the schema states, or those of zod's check.
 *
 * @returns undefined for a field that may hold anything but must be there
 */
export function allowedBy(issue: Issue): string | undefined {
  if ('values' in issue) return issue.values.map(String).join(', ');
  if (!OWN.test(issue.message)) return issue.message;
  if (issue.code === 'invalid_type')
    return issue.expected === 'nonoptional' ? undefined : (TYPES[issue.expected] ?? `a ${issue.expected}`);
  if (issue.code === 'too_small')
    return `${issue.inclusive === false ? 'more than' : 'at least'} ${size(issue.minimum, issue.origin)}`;
  if (issue.code === 'too_big')
    return `${issue.inclusive === false ? 'less than' : 'at most'} ${size(issue.maximum, issue.origin)}`;
  return issue.message.replace(/^Invalid \w+: /, '').replace(/, received .*$/, '');
}
