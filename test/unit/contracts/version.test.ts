import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { VERSION } from '../../../contracts/version.js';
import { serverMetadata } from '../../../serving/protocol/metadata.js';

const root = fileURLToPath(new URL('../../..', import.meta.url));
const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { version: string };

it('the version is the one of package.json, and the gateway tells it', () => {
  expect(VERSION).toBe(version);
  expect(serverMetadata.version).toBe(version);
});

it('the client package has the version of the engine, and the same versions of what both need', () => {
  type Manifest = { version: string; dependencies: Record<string, string> };
  const read = (path: string) => JSON.parse(readFileSync(join(root, path), 'utf8')) as Manifest;
  const [engine, client] = [read('package.json'), read('packages/client/package.json')];
  expect(client.version).toBe(engine.version);
  expect(engine.dependencies).toMatchObject(client.dependencies);
});

it('no source file states the version itself', () => {
  const literal = new RegExp(`(?<![\\d.])${version.replaceAll('.', '\\.')}(?![\\d.]|-)`);
  const files = execFileSync(
    'git',
    ['ls-files', '-co', '--exclude-standard', '*.ts', '*.js', '*.mjs', '*.py'],
    {
      cwd: root,
      encoding: 'utf8',
    },
  ).split('\n');
  const found = files.filter((path) => path !== '' && literal.test(readFileSync(join(root, path), 'utf8')));
  expect(found).toEqual([]);
});
