import { ESLint } from 'eslint';
import { describe, expect, it } from 'vitest';

const eslint = new ESLint();

/** Rules that object to `text` when it stands in place of the file at `path`. */
async function rulesBrokenBy(path: string, text: string): Promise<string[]> {
  const [result] = await eslint.lintText(text, { filePath: path });
  return (result?.messages ?? []).map((message) => message.ruleId ?? message.message);
}

const imports = '@typescript-eslint/no-restricted-imports';

describe('the import law', { timeout: 120_000 }, () => {
  it.each([
    [
      'a contract that imports a workflow',
      'contracts/ids.ts',
      `import { lifecycle } from '../workflows/lifecycle.js';\nexport const x = lifecycle;`,
      imports,
    ],
    [
      'a contract that does I/O',
      'contracts/ids.ts',
      `import { readFileSync } from 'node:fs';\nexport const x = readFileSync;`,
      imports,
    ],
    [
      'a workflow that reads a file',
      'workflows/lifecycle.ts',
      `import { readFileSync } from 'node:fs';\nexport const x = readFileSync;`,
      imports,
    ],
    [
      'a workflow that imports an activity as a value',
      'workflows/lifecycle.ts',
      `import { makeOpenRun } from '../activities/registry/open-run.js';\nexport const x = makeOpenRun;`,
      imports,
    ],
    [
      'a workflow that imports an adapter',
      'workflows/lifecycle.ts',
      `import { openDatabase } from '../infra/adapters/postgres/database.js';\nexport const x = openDatabase;`,
      imports,
    ],
    [
      'a workflow that makes a digest',
      'workflows/lifecycle.ts',
      `import { digestOf } from '../contracts/digest.js';\nexport const x = digestOf;`,
      imports,
    ],
    [
      'an activity that imports an adapter',
      'activities/registry/open-run.ts',
      `import { openDatabase } from '../../infra/adapters/postgres/database.js';\nexport const x = openDatabase;`,
      imports,
    ],
    [
      'an adapter that imports an activity',
      'infra/adapters/postgres/registry.ts',
      `import { makeOpenRun } from '../../../activities/registry/open-run.js';\nexport const x = makeOpenRun;`,
      imports,
    ],
    [
      'an adapter that imports the client',
      'infra/adapters/postgres/registry.ts',
      `import { x } from '../../../client/index.js';\nexport const y = x;`,
      imports,
    ],
    [
      'a workflow that looks at the process',
      'workflows/lifecycle.ts',
      `export const x = process.pid;`,
      'no-restricted-globals',
    ],
    [
      'an activity that reads the environment',
      'activities/registry/open-run.ts',
      `export const x = process.env['HOME'];`,
      'no-restricted-properties',
    ],
    [
      'a promise that nobody awaits',
      'activities/registry/open-run.ts',
      `export const f = (): void => { Promise.resolve(1); };`,
      '@typescript-eslint/no-floating-promises',
    ],
    [
      'a validator that is asynchronous',
      'workflows/lifecycle.ts',
      `export const o = { validator: async () => { await Promise.resolve(); } };`,
      'no-restricted-syntax',
    ],
    [
      'a bare Error in a workflow',
      'workflows/lifecycle.ts',
      `export const f = () => { throw new Error('x'); };`,
      'no-restricted-syntax',
    ],
    [
      'a file that is too long',
      'activities/registry/open-run.ts',
      Array.from({ length: 301 }, (_, i) => `export const x${i} = ${i};`).join('\n'),
      'max-lines',
    ],
  ])('refuses %s', async (_what, path, text, rule) => {
    expect(await rulesBrokenBy(path, text)).toContain(rule);
  });

  it('lets a workflow name the type of an activity', async () => {
    const text = `import type { RegistryActivities } from '../activities/registry/index.js';\nexport type A = RegistryActivities;\n`;
    expect(await rulesBrokenBy('workflows/lifecycle.ts', text)).toEqual([]);
  });
});
