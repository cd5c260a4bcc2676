import { readFileSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { execa } from 'execa';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { VERSION } from '../../contracts/version.js';
import { root } from '../../infra/code.js';
import { type Installed, installPacked } from '../support/packages.js';
import { type Site, closeSite, openSite, partsOf } from '../support/stack.js';

// Takes minutes and 844 MiB of packages, so it is part of .ci/run and not of npm test.
describe.runIf(process.env['MAINSPRING_PACKAGES'] === 'engine')(
  'the engine package, in an empty folder',
  () => {
    let installed: Installed;
    let site: Site;

    beforeAll(async () => {
      installed = await installPacked();
      site = await openSite('engine-package');
    }, 900_000);
    afterAll(async () => {
      await closeSite(site);
      await rm(installed.folder, { recursive: true, force: true });
    }, 120_000);

    const cli = (...args: string[]) =>
      execa(join(installed.folder, 'node_modules/.bin/mainspring'), args, {
        cwd: installed.folder,
        env: { ...site.env, MAINSPRING_DATA_DIR: site.dataDir },
        extendEnv: false,
        reject: false,
      });

    it('holds no test and no TypeScript but declarations', () => {
      const { packed, packages, mebibytes } = installed;
      console.log(
        `mainspring: tarball ${(packed.bytes / 1e6).toFixed(1)} MB, unpacked ${(packed.unpackedBytes / 1e6).toFixed(1)} MB, ` +
          `with its ${packages.length - 1} dependencies ${Math.round(mebibytes)} MiB`,
      );
      expect(packed.files.filter((path) => /(^|\/)tests?\//.test(path))).toEqual([]);
      expect(packed.files.filter((path) => /(?<!\.d)\.ts$/.test(path))).toEqual([]);
      for (const name of ['vitest', 'typescript-eslint', 'vega-datasets', '@temporalio/testing'])
        expect(packages).not.toContain(name);
    });

    it('tells its version and checks a model file', async () => {
      expect((await cli('--version')).stdout).toBe(VERSION);
      const checked = await cli('spec', 'check', join(root, 'examples/flight-delay/model.yaml'));
      expect(checked.stdout, checked.stderr).toContain('flight-delay');
    });

    it('starts the local stack, whose workers and gateway run JavaScript', { timeout: 600_000 }, async () => {
      const up = cli('up', '--ports', 'auto');
      await new Promise<void>((resolve, reject) => {
        up.stdout.on('data', (text: Buffer) => text.toString().includes('Mainspring is up') && resolve());
        void up.then(({ stderr }) => reject(new Error(`mainspring up ended:\n${stderr}`)));
      });
      const diagnosis = await cli('doctor');
      expect(diagnosis.exitCode, diagnosis.stdout).toBe(0);

      for (const name of ['control', 'data', 'training', 'evaluation', 'deployment', 'gateway', 'api']) {
        const command = readFileSync(`/proc/${partsOf(site)[name]?.pid}/cmdline`, 'utf8').replaceAll(
          '\0',
          ' ',
        );
        expect(command).toMatch(/node_modules\/mainspring\/dist\/[\w/]+\.js/);
        expect(command).not.toContain('tsx');
      }

      const library = await execa(
        process.execPath,
        [
          '--input-type=module',
          '--eval',
          `import { connect } from 'mainspring';
        const mainspring = connect({ environment: process.env });
        console.log((await mainspring.lifecycles.list()).length);
        await mainspring.close();`,
        ],
        { cwd: installed.folder, env: { ...site.env, MAINSPRING_DATA_DIR: site.dataDir }, extendEnv: false },
      );
      expect(library.stdout).toBe('0');

      expect((await cli('down')).exitCode).toBe(0);
      await up;
    });
  },
);
