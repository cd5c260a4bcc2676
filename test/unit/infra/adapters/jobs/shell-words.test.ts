import { execFileSync } from 'node:child_process';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { shellWords } from '../../../../../infra/adapters/jobs/shell-words.js';

/** The arguments that a program gets from a real shell. */
const throughShell = (words: string[]): string[] =>
  execFileSync('/bin/sh', ['-c', `printf '%s\\0' ${shellWords(words)}`])
    .toString()
    .split('\0')
    .slice(0, -1);

it('hands every argument to the program as it is, whatever a shell would make of it', () => {
  const nasty = [
    'a b',
    "it's",
    '$HOME',
    '`id`',
    '$(id)',
    'a;b',
    'a\nb',
    '\\',
    '"',
    '*',
    '~',
    '',
    '-n',
    '!x',
    '#',
  ];
  expect(throughShell(nasty)).toEqual(nasty);
  const word = fc.string({ unit: 'grapheme' }).filter((text) => !text.includes('\0'));
  fc.assert(
    fc.property(fc.array(word, { minLength: 1, maxLength: 20 }), (words) => {
      expect(throughShell(words)).toEqual(words);
    }),
    { numRuns: 50 },
  );
});

it('refuses a zero byte, which would cut the argument short', () => {
  expect(() => shellWords(['a\0b'])).toThrow('a zero byte in "a\\u0000b"');
});
