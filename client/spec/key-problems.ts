import { nearest } from '../../operations/nearest.js';
import type { Path } from '../../operations/spec/path.js';
import { type Form, chosenBy, chosenForms, formsAt, inSentence } from './forms.js';
import type { Problem } from './problem.js';
import { problemAt } from './problem-at.js';
import type { RawSpec } from './read.js';
import { type JsonSchema, keysAt } from './schema.js';
import { show } from './show.js';
import { keysOf, valueAt } from './value-at.js';

/** Problems of keys that do not belong where they stand. A known one belongs to another form of the same object. */
export function wrongKeys(keys: readonly string[], path: Path, raw: RawSpec, schema: JsonSchema): Problem[] {
  const known = keysAt(schema, path);
  const foreign = keys.filter((key) => known.includes(key));
  const unknown = keys.filter((key) => !known.includes(key));
  return [
    ...unknown.map((key) => unknownKey(key, path, raw, schema)),
    ...(foreign.length > 0 ? ofAnotherForm(foreign, path, raw, schema) : []),
  ];
}

/** The problem of a value that has none of the keys by which its forms are told apart. */
export function ofNoForm(forms: readonly Form[], path: Path, raw: RawSpec, schema: JsonSchema): Problem[] {
  const value = valueAt(raw.value, path);
  const keys = `one of the keys ${forms.map(({ key }) => key).join(', ')}`;
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    return [problemAt(raw, path, `${show(value)}: expected fields`, `Write ${keys}, with its value.`)];
  const known = keysAt(schema, path);
  const unknown = keysOf(value).filter((key) => !known.includes(key));
  if (unknown.length > 0) return unknown.map((key) => unknownKey(key, path, raw, schema));
  return [problemAt(raw, path, `${show(value)} lacks the key that says what it is`, `Add ${keys}.`)];
}

function unknownKey(key: string, path: Path, raw: RawSpec, schema: JsonSchema): Problem {
  const known = keysAt(schema, path);
  const near = nearest(key, known);
  const remedy = near
    ? `Did you mean "${near}"? Allowed here: ${known.join(', ')}.`
    : `Allowed here: ${known.join(', ') || 'nothing'}.`;
  return problemAt(raw, [...path, key], `unknown key "${key}"`, remedy, true);
}

function ofAnotherForm(keys: readonly string[], path: Path, raw: RawSpec, schema: JsonSchema): Problem[] {
  const present = keysOf(valueAt(raw.value, path));
  const forms = formsAt(schema, path);
  const chosen = chosenForms(forms, present);
  if (chosen.length > 1) return [excludeEachOther(chosen, keys, path, raw)];
  return keys.map((key) => {
    const homes = forms.filter((form) => form.keys.includes(key)).map((form) => form.key);
    const [{ key: form, keys: own } = { key: '', keys: [] }] = chosen;
    const beside = own.filter((other) => other !== form).join(', ') || 'nothing';
    return problemAt(
      raw,
      [...path, key],
      `"${key}" does not go with "${form}"`,
      `It goes with ${homes.join(', ')}. Allowed beside "${form}": ${beside}.`,
      true,
    );
  });
}

function excludeEachOther(
  chosen: readonly Form[],
  keys: readonly string[],
  path: Path,
  raw: RawSpec,
): Problem {
  const present = keysOf(valueAt(raw.value, path));
  const names = chosen.map((form) => chosenBy(form, present));
  const inList = typeof path.at(-1) === 'number' ? ', or write an entry of its own for each' : '';
  return problemAt(
    raw,
    [...path, keys.find((key) => names.includes(key)) ?? ''],
    `${inSentence(names)} exclude each other`,
    `Keep one of them${inList}.`,
    true,
  );
}
