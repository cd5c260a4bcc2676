import type { Path } from '../../operations/spec/path.js';
import { type JsonSchema, schemasAt } from './schema.js';

/** One of several forms that an object may have, e.g. one kind of check. */
export interface Form {
  /** The key by which people choose the form. */
  key: string;
  /** Keys that this form needs and no other form has; `key` is one of them. */
  own: string[];
  /** All keys that it may have. */
  keys: string[];
}

/** The forms that an object at a path may have. Empty if there is only one. */
export function formsAt(schema: JsonSchema, path: Path): Form[] {
  const branches = schemasAt(schema, path).filter((branch) => branch.properties);
  if (branches.length < 2) return [];
  return branches.flatMap((branch) => {
    const others = branches.filter((other) => other !== branch);
    const own = (branch.required ?? []).filter((key) => !others.some((other) => other.properties?.[key]));
    // A key with one possible value, such as `slices: all`, is not what a form is called by.
    const key = own.find((name) => branch.properties?.[name]?.const === undefined) ?? own[0];
    return key === undefined ? [] : [{ key, own, keys: Object.keys(branch.properties ?? {}) }];
  });
}

/** The forms that a value chooses by its keys. More than one is a contradiction. */
export const chosenForms = (forms: readonly Form[], present: readonly string[]): Form[] =>
  forms.filter(({ own }) => own.some((key) => present.includes(key)));

/** The key by which a value chose a form. */
export const chosenBy = ({ key, own }: Form, present: readonly string[]): string =>
  present.includes(key) ? key : (own.find((name) => present.includes(name)) ?? key);

/** Names in a sentence: `"a"`, `"a" and "b"`, `"a", "b" and "c"`. */
export function inSentence(names: readonly string[]): string {
  const quoted = names.map((name) => `"${name}"`);
  const last = quoted.pop() ?? '';
  return quoted.length === 0 ? last : `${quoted.join(', ')} and ${last}`;
}
