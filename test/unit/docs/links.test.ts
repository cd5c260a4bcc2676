import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';

const root = fileURLToPath(new URL('../../..', import.meta.url));

/** Markdown files of the repository, including files that are not committed yet. */
const pages = execFileSync('git', ['ls-files', '-co', '--exclude-standard', '*.md'], {
  cwd: root,
  encoding: 'utf8',
})
  .split('\n')
  .filter((path) => path !== '' && existsSync(join(root, path)));

const withoutCode = (text: string): string =>
  text.replaceAll(/^```[^]*?^```/gm, '').replaceAll(/`[^`\n]*`/g, '');

/** A heading's anchor as GitHub makes it. */
const anchor = (heading: string): string =>
  heading
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{N}\s_-]/gu, '')
    .trim()
    .replaceAll(/\s/g, '-');

const anchors = (file: string): Set<string> =>
  new Set([...readFileSync(file, 'utf8').matchAll(/^#+ (.+)$/gm)].map(([, heading = '']) => anchor(heading)));

/** Links and pictures whose target does not exist. */
function dead(page: string, text: string): string[] {
  const links = [...withoutCode(text).matchAll(/\]\(([^)\s]+)\)/g)].map(([, target = '']) => target);
  return links.filter((link) => {
    if (/^[a-z]+:/.test(link)) return false;
    const [path = '', section] = link.split('#');
    const file = path === '' ? join(root, page) : resolve(root, dirname(page), path);
    if (!existsSync(file)) return true;
    return section !== undefined && file.endsWith('.md') && !anchors(file).has(section);
  });
}

it.each(pages)('every link of %s leads somewhere', (page) => {
  expect(dead(page, readFileSync(join(root, page), 'utf8'))).toEqual([]);
});

it('a link to a file or heading that is not there is found', () => {
  const text = '[a](docs/nowhere.md) [b](README.md#nowhere) [c](README.md#rooms) ![d](no.png) `[e](none)`';
  expect(dead('README.md', text)).toEqual(['docs/nowhere.md', 'README.md#nowhere', 'no.png']);
});

it('every page of docs/ is in its index', () => {
  const index = readFileSync(join(root, 'docs/README.md'), 'utf8');
  for (const page of pages.filter((path) => /^docs\/[a-z-]+\.md$/.test(path)))
    expect(index).toContain(`(${page.slice('docs/'.length)})`);
});

it('pages name other pages of docs/ as they are called', () => {
  const named = pages.flatMap((page) =>
    [...readFileSync(join(root, page), 'utf8').matchAll(/\bdocs\/[\w-]+\.md/g)].map(([path]) => path),
  );
  for (const path of new Set(named)) expect(pages).toContain(path);
});
