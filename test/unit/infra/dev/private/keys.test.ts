import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { openKeys } from '../../../../../infra/dev/private/keys.js';

let dataDir: string;
beforeEach(() => {
  dataDir = mkdtempSync(join(tmpdir(), 'mainspring-keys-'));
});
afterEach(() => rmSync(dataDir, { recursive: true }));

const file = () => join(dataDir, 'keys.json');

it('draws keys at the first start, and keeps them in a file that only its owner reads', () => {
  const first = openKeys(dataDir);
  expect(openKeys(dataDir)).toEqual(first);
  expect(statSync(file()).mode & 0o777).toBe(0o600);
  expect(new Set(Object.values(first)).size).toBe(Object.keys(first).length);
  expect(first.postgresPassword.length).toBeGreaterThanOrEqual(32);
});

it('gives every installation keys of its own', () => {
  const first = openKeys(dataDir);
  rmSync(file());
  expect(openKeys(dataDir)).not.toEqual(first);
});

it('adds the keys that an earlier version did not have', () => {
  writeFileSync(file(), JSON.stringify({ postgresPassword: 'mine' }));
  expect(openKeys(dataDir)).toMatchObject({ postgresPassword: 'mine' });
  expect(JSON.parse(readFileSync(file(), 'utf8'))).toHaveProperty('s3SecretKey');
});

it('names the file and the remedy when it cannot be read', () => {
  writeFileSync(file(), '{"postgresPassword": ""');
  expect(() => openKeys(dataDir)).toThrow(/keys\.json does not hold the keys.*restore it from a backup/);
});
