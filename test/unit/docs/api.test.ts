import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { connect } from '../../../client/index.js';
import { allOperations } from '../../../operations/index.js';
import { COMMON_ERRORS } from '../../../operations/operation.js';
import { libraryReference } from '../../../schema/library-reference.js';
import { namedTypes } from '../../../schema/named-types.js';
import { read, root } from './pages.js';

const page = read('docs/api.md');
const reference = libraryReference(await namedTypes(root));
const sectionOf = (name: string): string => reference.split(`\n#### ${name}\n`)[1]?.split('\n#### ')[0] ?? '';

describe('docs/api.md', () => {
  it('has the reference of the library as it is (npm run generate)', () => {
    expect(page.split('<!-- operations -->')[1]?.trim()).toBe(reference);
  });

  it('names every function of the library', () => {
    const groups = Object.entries<object>({ ...connect({ address: 'http://127.0.0.1:1' }) });
    const functions = groups.flatMap(([group, own]) =>
      typeof own === 'function' ? [group] : Object.keys(own).map((verb) => `${group}.${verb}`),
    );
    expect(functions.length).toBeGreaterThan(40);
    expect(functions.filter((name) => !page.includes(`\`${name}(`))).toEqual([]);
  });
});

describe('the reference', () => {
  it.each(allOperations.map(({ name }) => name))('says of %s what it takes, gives and raises', (name) => {
    const section = sectionOf(name);
    expect(section).toMatch(/\n- Parameters:/);
    expect(section).toMatch(/\n- (Result|Yields): `/);
    expect(section).toMatch(/\n- Errors/);
    expect(section).not.toMatch(/(Result|Yields): `unknown/);
  });

  it('describes every parameter', () => {
    expect(reference.match(/^ {2}- `\w+`: `[^`]+`(, optional)?\.$/gm) ?? []).toEqual([]);
  });

  it('shows the comment of a field that another type shares', () => {
    const comment = '`database`: no worker answered';
    expect(sectionOf('RunStatus')).toContain(comment);
    expect(sectionOf('Watched')).toContain(comment);
  });
});

describe('an operation', () => {
  const lookups: [call: RegExp, kinds: string[]][] = [
    [/\bfindRun\(|\bfindJob\(|\bstatusOf\(|\btellStudy\(/, ['not-found', 'usage']],
    [/\bfindModel\(/, ['not-found']],
    [/\btellStudy\(/, ['refused']],
    [/\bto(?:Instant|EventTime)\(/, ['usage']],
  ];

  it.each(allOperations.map((operation) => [operation.name, operation] as const))(
    '%s declares the errors that its file raises',
    (name, { errors = {} }) => {
      const file = name.replace('.', '/').replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
      const text = readFileSync(new URL(`../../../operations/${file}.ts`, import.meta.url), 'utf8');
      const own = [...text.matchAll(/new MainspringError\(\s*'([a-z-]+)'/g)].map(([, kind = '']) => kind);
      const found = lookups.flatMap(([call, kinds]) => (call.test(text) ? kinds : []));
      const declared = { ...COMMON_ERRORS, ...errors };
      expect([...own, ...found].filter((kind) => !(kind in declared))).toEqual([]);
    },
  );
});
