import fc from 'fast-check';
import type { Json } from './nasty.js';

/** What JSON, YAML and other texts are broken with. */
const PIECES = [
  'NaN',
  '-Infinity',
  '1e400',
  '-',
  '1.',
  '00',
  '\0',
  '\ufeff',
  '"',
  '\\',
  '\\u0000',
  '\\ud800',
  ',',
  ',,',
  '{',
  '}',
  '[',
  ']',
  ':',
  '/*',
  '//',
  '#',
  '&a ',
  '*a',
  '<<: ',
  '!!js/function ',
  '!!binary ',
  '---\n',
  '...\n',
  '- ',
  '? ',
  '|',
  '>',
  '%YAML 9.9\n',
  '\t',
  '\r',
  '\u2028',
  '['.repeat(3_000),
  '{"a":'.repeat(3_000),
];

interface Edit {
  /** Share of the text, 0–1, before the edit. */
  at: number;
  /** Characters that the edit removes. */
  length: number;
  piece: string;
}

const edit: fc.Arbitrary<Edit> = fc.record({
  at: fc.double({ min: 0, max: 1, noNaN: true }),
  length: fc.constantFrom(0, 0, 1, 3, 20, 1_000_000),
  piece: fc.oneof(fc.constantFrom(...PIECES), fc.constant('')),
});

const edited = (text: string, { at, length, piece }: Edit): string => {
  const from = Math.floor(at * text.length);
  return text.slice(0, from) + piece + text.slice(from + length);
};

/** A text with up to `most` places broken. Most often none is, so that what the text says is looked at. */
export const broken = (texts: fc.Arbitrary<string>, most = 2): fc.Arbitrary<string> =>
  fc
    .tuple(
      texts,
      fc.oneof(
        { weight: 3, arbitrary: fc.constant([]) },
        { weight: 1, arbitrary: fc.array(edit, { maxLength: most }) },
      ),
    )
    .map(([text, edits]) => edits.reduce(edited, text));

export const asJson = (documents: fc.Arbitrary<Json>): fc.Arbitrary<string> =>
  documents.map((document) => JSON.stringify(document));
