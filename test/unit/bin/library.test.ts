import { execFileSync } from 'node:child_process';
import { expect, it } from 'vitest';
import * as library from '../../../client/index.js';
import { root } from '../../../infra/code.js';

it('the package exports every value of the library', { timeout: 120_000 }, () => {
  const script =
    "import('./bin/library.mjs').then((names) => console.log(JSON.stringify(Object.keys(names))))";
  const names = JSON.parse(
    execFileSync(process.execPath, ['-e', script], { cwd: root, encoding: 'utf8' }),
  ) as string[];
  expect(names.sort()).toEqual(Object.keys(library).sort());
});
