import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { ESLint } from 'eslint';
import tseslint from 'typescript-eslint';
import { describe, expect, it } from 'vitest';

/** The rules that read one file. Those that need the types of all files take half a minute, and run in `npm run lint`. */
const eslint = new ESLint({ overrideConfig: [tseslint.configs.disableTypeChecked] });

/** Names of the lint rules that `text` breaks as the content of the file at `path`. */
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
      `import { lifecycle } from '../workflows/lifecycle/lifecycle.js';\nexport const x = lifecycle;`,
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
      'workflows/lifecycle/lifecycle.ts',
      `import { readFileSync } from 'node:fs';\nexport const x = readFileSync;`,
      imports,
    ],
    [
      'a workflow that imports an activity as a value',
      'workflows/lifecycle/lifecycle.ts',
      `import { makeOpenRun } from '../activities/registry/open-run.js';\nexport const x = makeOpenRun;`,
      imports,
    ],
    [
      'a workflow that imports an adapter',
      'workflows/lifecycle/lifecycle.ts',
      `import { openDatabase } from '../infra/adapters/postgres/database.js';\nexport const x = openDatabase;`,
      imports,
    ],
    [
      'a workflow that makes a digest',
      'workflows/lifecycle/lifecycle.ts',
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
      'an operation that imports an adapter',
      'operations/budgets/list.ts',
      `import { openServices } from '../../infra/open-services.js';\nexport const x = openServices;`,
      imports,
    ],
    [
      'an operation that imports a vendor',
      'operations/budgets/list.ts',
      `import { Client } from '@temporalio/client';\nexport const x = Client;`,
      imports,
    ],
    ...[
      ['a contract', 'contracts/ids.ts', 'common'],
      ['a port', 'activities/ports/ledger.ts', 'activity'],
      ['the job lease', 'activities/training/lease/head.ts', 'activity'],
      ['a pure decision of an activity', 'activities/training/policy/job-transitions.ts', 'common'],
      ['the API', 'api/routes.ts', 'client'],
      ['the entry file of the API', 'api/main.ts', 'client'],
      ['the client', 'client/connect.ts', 'client'],
      ['the way of the client to the servers', 'client/servers/open.ts', 'client'],
      ['the wrapper', 'wrapper/supervise.ts', 'common'],
      ['the entry file of the wrapper', 'wrapper/main.ts', 'common'],
      ['the gateway', 'serving/main.ts', 'common'],
      ['the local stack', 'infra/dev/stack.ts', 'client'],
      ['the build', 'infra/build/engine.ts', 'worker'],
      ['an adapter of another vendor', 'infra/adapters/postgres/registry.ts', 'client'],
      ['a generator', 'schema/generate.ts', 'common'],
    ].map(([what = '', path = '', library = '']): [string, string, string, string] => [
      `${what} that imports Temporal, if only a type`,
      path,
      `import type { X } from '@temporalio/${library}';\nexport type Y = X;`,
      imports,
    ]),
    [
      'an operation that imports the client',
      'operations/budgets/list.ts',
      `import { connect } from '../../client/index.js';\nexport const x = connect;`,
      imports,
    ],
    [
      'the API importing an adapter outside its entry file',
      'api/routes.ts',
      `import { openServices } from '../infra/open-services.js';\nexport const x = openServices;`,
      imports,
    ],
    [
      'the client importing an adapter outside client/servers',
      'client/connect.ts',
      `import { openServices } from '../infra/open-services.js';\nexport const x = openServices;`,
      imports,
    ],
    [
      'a workflow that looks at the process',
      'workflows/lifecycle/lifecycle.ts',
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
      'a validator that is asynchronous',
      'workflows/lifecycle/lifecycle.ts',
      `export const o = { validator: async () => { await Promise.resolve(); } };`,
      'no-restricted-syntax',
    ],
    [
      'a bare Error in a workflow',
      'workflows/lifecycle/lifecycle.ts',
      `export const f = () => { throw new Error('x'); };`,
      'no-restricted-syntax',
    ],
    [
      'a message that refuses a field of a later version',
      'contracts/ids.ts',
      `import { z } from 'zod';\nexport const M = z.strictObject({ a: z.string() });`,
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

  it.each([
    ['a workflow', 'workflows/lifecycle/lifecycle.ts', 'workflow'],
    ['a worker', 'workers/control.ts', 'worker'],
    ['an activity', 'activities/training/tell-ready.ts', 'activity'],
    ['the adapter of Temporal', 'infra/adapters/temporal/workflows.ts', 'client'],
  ])('lets %s import Temporal', async (_what, path, library) => {
    const text = `import { X } from '@temporalio/${library}';\nexport const y: unknown = X;\n`;
    expect(await rulesBrokenBy(path, text)).not.toContain(imports);
  });

  it('refuses a promise that nobody awaits, for which it needs types', async () => {
    const path = 'activities/data/identified.ts';
    const folder = await mkdtemp(join(tmpdir(), 'mainspring-lint-'));
    try {
      // A project of one file that imports nothing: the types of all files take half a minute.
      const project = join(folder, 'tsconfig.json');
      await writeFile(
        project,
        JSON.stringify({ extends: resolve('tsconfig.json'), include: [resolve(path)] }),
      );
      // With CI=true the parser would read the file of that name from the disk, and not the text that is planted.
      const parserOptions = { projectService: false, project, disallowAutomaticSingleRunInference: true };
      const typed = new ESLint({ overrideConfig: { languageOptions: { parserOptions } } });
      const [result] = await typed.lintText('export const f = (): void => { Promise.resolve(1); };\n', {
        filePath: path,
      });
      expect(result?.messages).toMatchObject([{ ruleId: '@typescript-eslint/no-floating-promises' }]);
    } finally {
      await rm(folder, { recursive: true });
    }
  });

  it('lets a workflow name the type of an activity', async () => {
    const text = `import type { RegistryActivities } from '../activities/registry/index.js';\nexport type A = RegistryActivities;\n`;
    expect(await rulesBrokenBy('workflows/lifecycle/lifecycle.ts', text)).toEqual([]);
  });
});
