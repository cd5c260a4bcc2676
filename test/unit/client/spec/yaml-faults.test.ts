import { describe, expect, it } from 'vitest';
import { parseYaml } from '../../../../client/spec/read.js';

const problemsOf = (text: string) => parseYaml(text).problems;
const messagesOf = (text: string) => problemsOf(text).map(({ message }) => message);

describe('numbers', () => {
  it.each([
    ['a: { b: [1, 0x10] }', 'a.b[1]', '0x10 is hexadecimal, and numbers are written in decimal', 'Write 16.'],
    ['a: 0o17', 'a', '0o17 is octal, and numbers are written in decimal', 'Write 15.'],
    [
      'a: 12345678901234567890',
      'a',
      '12345678901234567890 has more digits than a number holds: it would be read as 12345678901234567000',
      'Write fewer digits, or text in quotes where text is allowed.',
    ],
  ])('in odd notations are refused: %s', (text, path, message, remedy) => {
    expect(problemsOf(text)).toMatchObject([{ path, message, remedy, line: 1 }]);
  });

  it.each(['a: 010', 'a: +5', 'a: .5', 'a: 1e3', 'a: 9007199254740993.0', 'a: "0x10"', 'a: 1e20', 'a: .nan'])(
    'in decimal are taken, and so is text: %s',
    (text) => {
      expect(messagesOf(text)).toEqual([]);
    },
  );
});

describe('keys', () => {
  it.each([
    ['1.0: a', 'the key 1.0 would be read as "1"'],
    ['null: a', 'the key null would be read as ""'],
    ['? [a, b]\n: 1', 'a key is a list, a map or an alias, and keys are text'],
    ['1: a\n"1": b', 'the key is there twice, once in quotes'],
    ['x: &x { a: 1 }\ny: { <<: *x }', 'the key << merges no maps: a model file is YAML 1.2'],
  ])('that would be read otherwise, or dropped, are refused: %j', (text, message) => {
    expect(messagesOf(text)).toEqual([message]);
  });

  it.each(['2001: a', 'true: a', '"1.0": a', 'yes: a'])(
    'that are read as they are written are taken: %s',
    (text) => {
      expect(messagesOf(text)).toEqual([]);
      expect(Object.keys(parseYaml(text).value as object)).toEqual([text.split(':')[0]?.replaceAll('"', '')]);
    },
  );
});

describe('a file', () => {
  it('that asks for YAML 1.1 is refused, because it would be read otherwise', () => {
    expect(messagesOf('%YAML 1.1\n---\na: 010\nb: yes\n')).toEqual([
      'YAML 1.1 reads yes as true and 010 as 8, and a model file is YAML 1.2',
    ]);
    expect(messagesOf('%YAML 1.2\n---\na: 1\n')).toEqual([]);
  });

  it('with a tag that means nothing here is refused', () => {
    expect(problemsOf('a: !date 2001-01-01')).toMatchObject([{ message: 'Unresolved tag: !date', line: 1 }]);
    expect(messagesOf('a: !!str 5')).toEqual([]);
  });

  it('of several documents is told to be one', () => {
    expect(messagesOf('---\na: 1\n---\nb: 2\n')).toEqual([
      'the file has several documents, and a model file is one',
    ]);
  });

  it('with thousands of faults is told the first twenty', () => {
    expect(problemsOf(`a: [${'0x1, '.repeat(10_000)}]`)).toHaveLength(20);
  });
});
