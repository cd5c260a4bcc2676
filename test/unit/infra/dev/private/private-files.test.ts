import { chmodSync, mkdirSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { makePrivate } from '../../../../../infra/dev/private/private-files.js';

let parent: string;
beforeEach(() => {
  parent = mkdtempSync(join(tmpdir(), 'mainspring-private-'));
});
afterEach(() => rmSync(parent, { recursive: true }));

const modeOf = (path: string): number => statSync(path).mode & 0o777;
const passable = process.getuid?.() === 0 ? 0o711 : 0o700;

it('takes every right of others from the data directory of an earlier version', () => {
  const dataDir = join(parent, 'data');
  for (const folder of ['logs', 'gateway', 'jobs/ms-1', 'object-store'])
    mkdirSync(join(dataDir, folder), { recursive: true });
  for (const path of ['', 'logs', 'gateway', 'jobs', 'jobs/ms-1', 'object-store'])
    chmodSync(join(dataDir, path), 0o755);
  writeFileSync(join(dataDir, 'stack.json'), '{}');
  chmodSync(join(dataDir, 'stack.json'), 0o644);

  makePrivate(dataDir);

  expect(modeOf(dataDir)).toBe(passable);
  for (const folder of ['logs', 'gateway', 'object-store']) expect(modeOf(join(dataDir, folder))).toBe(0o700);
  expect(modeOf(join(dataDir, 'jobs'))).toBe(passable);
  expect(modeOf(join(dataDir, 'jobs/ms-1'))).toBe(0o750);
  expect(modeOf(join(dataDir, 'stack.json'))).toBe(0o600);
});

it('gives no right that the owner has taken', () => {
  const dataDir = join(parent, 'closed');
  mkdirSync(dataDir, { mode: 0o700 });
  makePrivate(dataDir);
  expect(modeOf(dataDir)).toBe(0o700);
});

it('makes a new data directory private', () => {
  const dataDir = join(parent, 'new');
  makePrivate(dataDir);
  expect(modeOf(dataDir)).toBe(passable);
});
