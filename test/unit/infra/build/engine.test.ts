import { execFileSync } from 'node:child_process';
import { expect, it } from 'vitest';
import { leftOut, shipped } from '../../../../infra/build/engine.js';
import { root } from '../../../../infra/code.js';

it('every folder of the repository is either part of the engine package or left out on purpose', () => {
  const tracked = execFileSync('git', ['ls-files'], { cwd: root, encoding: 'utf8' }).split('\n');
  const folders = new Set(tracked.flatMap((path) => /^([^/]+)\//.exec(path)?.[1] ?? []));
  const undecided = [...folders].filter((folder) => !shipped.includes(folder) && !leftOut.includes(folder));
  expect(undecided, 'name the folder in infra/build/engine.ts').toEqual([]);
});
