import { readFile, readdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { compiled } from '../../../infra/compile.js';
import { pools } from '../../../infra/dev/parts.js';
import { bundlesOfClone } from '../../../infra/keep-bundle.js';

/** The code of all files that belong to a program, without their source maps. */
async function codeOf(program: string): Promise<string> {
  const folder = dirname(await compiled(program));
  expect(folder.startsWith(bundlesOfClone)).toBe(true);
  const files = (await readdir(folder)).map((name) => readFile(join(folder, name), 'utf8'));
  return (await Promise.all(files)).join('\n').replaceAll(/^\/\/# sourceMappingURL.*$/gm, '');
}

describe('a program of a clone', () => {
  it.each([...pools.map((pool) => `workers/${pool}`), 'serving/main', 'api/main'])(
    '%s looks for no file beside its compiled code',
    async (program) => {
      expect(await codeOf(program)).not.toMatch(/new URL\([^)]*import\.meta/);
    },
  );

  it('learns from the clone where its files are', async () => {
    expect(await codeOf('workers/training')).toMatch(/from "file:.*\/infra\/code\.js"/);
  });

  it('is the same file while its sources are the same', async () => {
    expect(await compiled('serving/main')).toBe(await compiled('serving/main'));
  });

  it('that is missing is named', async () => {
    await expect(compiled('workers/nobody')).rejects.toThrow(/workers\/nobody\.ts is missing from this copy/);
  });
});
