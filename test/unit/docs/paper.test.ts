import { describe, expect, it } from 'vitest';
import { Role } from '../../../contracts/spec/charter.js';
import { read, rowsOf, sectionOf } from './pages.js';

const page = read('docs/paper.md');
const rows = (title: string): string[][] => rowsOf(sectionOf(page, title));
const numbered = (letter: string, count: number): string[] =>
  Array.from({ length: count }, (_, index) => `${letter}${index + 1}`);
const links = (cell: string): string[] =>
  [...cell.matchAll(/\]\(\.\.\/([^)#]+)/g)].map(([, path = '']) => path);

describe('docs/paper.md', () => {
  it('has one row for every principle, component and role', () => {
    expect(rows('Principles').map(([name]) => name)).toEqual(numbered('P', 9));
    expect(rows('Components').map(([name]) => name)).toEqual(numbered('C', 9));
    expect(rows('Roles').map(([name]) => name)).toEqual(numbered('R', 7));
    expect(rows('Roles').map(([, , role]) => role?.replaceAll('`', ''))).toEqual(Role.options);
  });

  it('has every step once', () => {
    const steps = rows('Steps').flatMap(([first = '']) => first.split(', ').map(Number));
    expect(steps).toEqual(Array.from({ length: 28 }, (_, index) => index + 1));
  });

  it.each([...rows('Principles'), ...rows('Components'), ...rows('Steps')])(
    'row %s names its code and its test, or says that it is not done',
    (...cells) => {
      const [code = '', test = ''] = cells.slice(-2);
      const isDone = !code.includes('*not yet*');
      if (isDone || test !== '–') {
        expect(links(code).length).toBeGreaterThan(0);
        expect(links(test).length).toBeGreaterThan(0);
      }
      for (const path of links(test)) expect(path).toMatch(/^test\//);
      for (const path of links(code)) expect(path).not.toMatch(/^test\//);
    },
  );
});
