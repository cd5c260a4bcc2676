import { execFileSync } from 'node:child_process';
import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import * as library from '../../../client/index.js';
import { commands } from '../../../client/commands/index.js';

const root = fileURLToPath(new URL('../../..', import.meta.url));
const read = (path: string): string => readFileSync(join(root, path), 'utf8');
const readme = read('README.md');
const { scripts } = JSON.parse(read('package.json')) as { scripts: Record<string, string> };

const tracked = execFileSync('git', ['ls-files'], { cwd: root, encoding: 'utf8' })
  .split('\n')
  .filter(Boolean);
const pages = tracked.filter((path) => path.endsWith('.md'));

/** The commands of a page's `npm` and `mainspring` calls, without their arguments. */
const calls = (page: string, pattern: RegExp): string[] =>
  [...read(page).matchAll(pattern)].map(([, name = '']) => name);

describe('README.md', () => {
  it('has one row for every folder, and no other', () => {
    const rows = [...readme.matchAll(/^\| \[([\w-]+)\]\(/gm)].map(([, folder]) => folder);
    const folders = tracked.flatMap((path) => /^([\w-]+)\//.exec(path)?.[1] ?? []);
    expect(rows.sort()).toEqual([...new Set(folders)].sort());
  });

  it('imports only names that the library exports', () => {
    const names = [...readme.matchAll(/import \{ ([\w, ]+) \} from 'mainspring'/g)].flatMap(([, list = '']) =>
      list.split(', '),
    );
    expect(names).toContain('connect');
    for (const name of names) expect(library).toHaveProperty(name);
    const opened = library.connect({ environment: {} });
    for (const [, method = ''] of readme.matchAll(/mainspring\.([\w.]+)\(/g))
      expect(opened).toHaveProperty(method);
  });
});

describe('every page', () => {
  it.each(pages)('%s names only npm scripts that exist', (page) => {
    for (const script of calls(page, /npm run ([\w:]+)/g)) expect(scripts).toHaveProperty([script]);
  });

  it.each(pages)('%s names only commands that exist', (page) => {
    const known = new Set([
      ...commands.map(({ usage }) => usage.split(' ')[0]),
      'completion',
      'down',
      'COMMAND',
    ]);
    for (const name of calls(page, /(?:^|`|npx )mainspring ([a-z]+)/gm)) expect(known).toContain(name);
  });
});

describe('commands of README.md that need no server do what it says', () => {
  const mainspring = (...args: string[]): string =>
    execFileSync(process.execPath, [join(root, 'bin/mainspring.mjs'), ...args], {
      cwd: root,
      encoding: 'utf8',
    });

  it('the example is a valid model file', () => {
    const command = 'spec check examples/flight-delay/model.yaml';
    expect(readme).toContain(`npx mainspring ${command}`);
    expect(mainspring(...command.split(' '))).toContain('flight-delay');
  }, 120_000);

  it('help lists every command', () => {
    const help = mainspring('--help');
    for (const { usage } of commands) expect(help).toContain(`mainspring ${usage}`);
  }, 120_000);
});

it('pictures are small enough to be loaded with their page', () => {
  for (const path of tracked.filter((file) => file.startsWith('docs/images/')))
    expect(statSync(join(root, path)).size, path).toBeLessThan(300_000);
});
