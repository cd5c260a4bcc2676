import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { shareSdk } from '../../../../../infra/adapters/jobs/shared-sdk.js';

let root: string;
let sdk: string;
let jobsDir: string;
const source = (name: string) => join(sdk, 'mainspring_trainer', name);
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'mainspring-sdk-'));
  sdk = join(root, 'python');
  jobsDir = join(root, 'jobs');
  await mkdir(join(sdk, 'mainspring_trainer/__pycache__'), { recursive: true });
  await writeFile(source('__init__.py'), 'version = 1\n');
  await writeFile(source('__pycache__/job.pyc'), 'bytes of one machine');
});
afterEach(() => rm(root, { recursive: true, force: true }));

describe('the trainer SDK in the jobs folder', () => {
  it('is the package and nothing else, once, however many workers copy it at the same time', async () => {
    const folders = new Set(await Promise.all([1, 2, 3, 4].map(() => shareSdk(sdk, jobsDir))));
    expect(folders.size).toBe(1);
    const [folder = ''] = folders;
    expect(await readdir(folder, { recursive: true })).toEqual([
      'mainspring_trainer',
      'mainspring_trainer/__init__.py',
    ]);
    expect(await readdir(join(jobsDir, 'sdk'))).toHaveLength(1);
  });

  it('stays as it was for jobs that run when a new one comes', async () => {
    const before = await shareSdk(sdk, jobsDir);
    await writeFile(source('__init__.py'), 'version = 2\n');
    const after = await shareSdk(sdk, jobsDir);
    expect(after).not.toBe(before);
    expect((await readdir(join(jobsDir, 'sdk'))).length).toBe(2);
  });
});
