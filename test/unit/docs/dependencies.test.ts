import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';

const read = (path: string): string => readFileSync(new URL(`../../../${path}`, import.meta.url), 'utf8');
type Packages = Record<string, string>;
const { dependencies, devDependencies } = JSON.parse(read('package.json')) as Record<string, Packages>;
const [, run = '', development = ''] = read('docs/dependencies.md').split(/^## .*$/m);

/** Packages of a table; `@scope/*` stands for all of that scope. */
const listed = (section: string): string[] =>
  section
    .split('\n')
    .filter((line) => line.startsWith('| `'))
    .flatMap((line) => [...(line.split('|')[1] ?? '').matchAll(/`([^`]+)`/g)].map(([, name = '']) => name));

const covers = (entry: string, name: string): boolean =>
  entry === name || (entry.endsWith('/*') && name.startsWith(entry.slice(0, -1)));

describe.each([
  ['dependencies', dependencies, run],
  ['devDependencies', devDependencies, development],
])('docs/dependencies.md, %s', (_kind, packages = {}, section) => {
  it('says of every package why it is here', () => {
    const missing = Object.keys(packages).filter(
      (name) => !listed(section).some((entry) => covers(entry, name)),
    );
    expect(missing).toEqual([]);
  });

  it('names no package that is gone', () => {
    const gone = listed(section).filter(
      (entry) => !Object.keys(packages).some((name) => covers(entry, name)),
    );
    expect(gone).toEqual([]);
  });

  it('gives a reason in each row', () => {
    for (const line of section.split('\n').filter((row) => row.startsWith('| `')))
      expect(line.split('|')[2]?.trim().length, line).toBeGreaterThan(4);
  });
});
