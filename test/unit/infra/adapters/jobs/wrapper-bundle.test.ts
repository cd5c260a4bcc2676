import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { buildWrapper } from '../../../../../infra/adapters/jobs/wrapper-bundle.js';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'mainspring-wrapper-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

describe('the bundled wrapper', () => {
  it('is the same file for the same sources', async () => {
    expect(await buildWrapper(folder)).toBe(await buildWrapper(folder));
  });

  it('loads neither Temporal nor zod: every trial would pay for it', async () => {
    const code = await readFile(await buildWrapper(folder), 'utf8');
    expect(code).toContain('If-None-Match');
    expect(code).not.toContain('ZodError');
    expect(code).not.toContain('ApplicationFailure');
  });
});
