import { mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { boundLog } from '../../../../infra/dev/logs.js';

let folder: string;
let file: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'mainspring-logs-'));
  file = join(folder, 'control.log');
  writeFileSync(file, 'x'.repeat(100));
});
afterEach(() => rmSync(folder, { recursive: true }));

it('leaves a log alone that is not too large', () => {
  boundLog(file, 1_000);
  expect(statSync(file).size).toBe(100);
});

it('sets a large one aside and begins anew', () => {
  boundLog(file, 10);
  expect(statSync(file).size).toBe(0);
  expect(readFileSync(`${file}.1`, 'utf8')).toHaveLength(100);
});

it('begins anew without a copy when there is no room for one, and survives a log that is gone', () => {
  mkdirSync(`${file}.1`); // no file can be written there
  boundLog(file, 10);
  expect(statSync(file).size).toBe(0);
  expect(() => boundLog(join(folder, 'gone.log'), 10)).not.toThrow();
});
