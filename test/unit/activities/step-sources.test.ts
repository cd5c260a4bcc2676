import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { STEP_VERSIONS } from '../../../activities/step-versions.js';
import {
  declaredHarmless,
  raised,
  sourcesDigests,
  stepModules,
  undeclared,
} from '../../../schema/step-sources.js';

/** Bundling takes a second, or much longer on a busy machine. */
vi.setConfig({ testTimeout: 120_000 });

const root = fileURLToPath(new URL('../../..', import.meta.url));

it('every module that remembers a step has its version declared', () => {
  expect(Object.keys(stepModules(root)).sort()).toEqual(Object.keys(STEP_VERSIONS).sort());
});

describe('the digest of the code behind a step', () => {
  let copy = '';
  const SPLIT = 'activities/data/split-rows.ts';
  const digest = async () => (await sourcesDigests(copy, { 'data.split': SPLIT }))['data.split'];
  const change = (file: string, from: string | RegExp, to: string) => {
    const path = join(copy, file);
    const before = readFileSync(path, 'utf8');
    const after = before.replace(from, to);
    expect(after).not.toBe(before);
    writeFileSync(path, after);
    return () => writeFileSync(path, before);
  };
  beforeAll(() => {
    copy = mkdtempSync(join(tmpdir(), 'mainspring-steps-'));
    for (const room of ['activities', 'contracts', 'infra/adapters'])
      cpSync(join(root, room), join(copy, room), { recursive: true });
    symlinkSync(join(root, 'node_modules'), join(copy, 'node_modules'));
  });
  afterAll(() => rmSync(copy, { recursive: true }));

  it.each([
    ['its own SQL', SPLIT, 'IS NOT NULL', 'IS NULL'],
    ['a helper that it imports', 'activities/data/parquet-sql.ts', 'zstd', 'snappy'],
    ['the adapter that runs its SQL', 'infra/adapters/duckdb/settings.ts', 'String(threads)', "'1'"],
    ['the process that runs a statement', 'infra/adapters/duckdb/walled-child.mjs', ':memory:', ':other:'],
  ])('changes with %s', async (_what, file, from, to) => {
    const before = await digest();
    const restore = change(file, from, to);
    expect(await digest()).not.toBe(before);
    restore();
    expect(await digest()).toBe(before);
  });

  it.each([
    ['a comment', SPLIT, '/**', '/** Another word. */\n/**'],
    [
      'a description of a field',
      'contracts/spec/data.ts',
      'Rows are split by time: models train on earlier rows and are judged on later ones.',
      'X',
    ],
    [
      'a failure that is added',
      'contracts/failures.ts',
      'export const FailureType',
      'export const X = 1;\nexport const FailureType',
    ],
  ])('does not change with %s', async (_what, file, from, to) => {
    const before = await digest();
    const restore = change(file, from, to);
    expect(await digest()).toBe(before);
    restore();
  });
});

describe('a change of the code behind a step', () => {
  const locked = (version: string, sources: string, harmless: string[] = []) => ({
    s: { version, sources, harmless },
  });

  it('has to be declared, and the message says how', () => {
    expect(undeclared(locked('1', 'a'), locked('1', 'b'))[0]).toMatch(
      /step s has changed and its version has not.*step-versions\.ts.*--raised.*--harmless s --why/,
    );
  });

  it('is declared by a raised version, which forgets the reasons of the version before', () => {
    const now = locked('2', 'b');
    const lock = locked('1', 'a', ['no matter']);
    expect(undeclared(lock, now)[0]).toMatch(/version 2, locked is 1: run npm run steps -- --raised/);
    expect(undeclared(raised(lock, now), now)).toEqual([]);
    expect(raised(lock, now)).toEqual(now);
  });

  it('is declared harmless with a reason, which stays in the lock', () => {
    const now = locked('1', 'b');
    const next = declaredHarmless(locked('1', 'a'), now, ['s'], 'renamed a function');
    expect(undeclared(next, now)).toEqual([]);
    expect(next).toEqual(locked('1', 'b', ['renamed a function']));
  });

  it('is not declared by `--raised` if no version was raised', () => {
    expect(() => raised(locked('1', 'a'), locked('1', 'b'))).toThrow(/step s has changed and its version/);
  });

  it('of an unknown step is refused, with the known steps', () => {
    expect(() => declaredHarmless(locked('1', 'a'), locked('1', 'b'), ['t'], 'why')).toThrow(
      'no locked step t: name one of s',
    );
  });
});
