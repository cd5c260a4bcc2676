import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { typed } from './typed.js';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'mainspring-down-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

it.each(['down', 'doctor'])(
  '%s of a folder that is missing is not found, and makes none',
  async (command) => {
    const missing = join(folder, 'gone');
    const { exitCode, stdout, stderr } = await typed([command, '--data-dir', missing]);
    expect(stderr).toContain(`there is no local stack in ${missing}`);
    expect(stderr).toContain('--data-dir DIR');
    expect([exitCode, stdout]).toEqual([4, '']);
    expect(await readdir(folder)).toEqual([]);
  },
);

it.each(['down', 'doctor'])(
  '%s of a folder of something else is not found, and writes nothing',
  async (command) => {
    await writeFile(join(folder, 'notes.txt'), 'mine');
    expect(await typed([command, '--data-dir', folder])).toMatchObject({ exitCode: 4 });
    expect(await typed([command, '--data-dir', join(folder, 'notes.txt')])).toMatchObject({ exitCode: 4 });
    expect(await readdir(folder)).toEqual(['notes.txt']);
  },
);

it('down of the folder that the environment names says so too', async () => {
  const missing = join(folder, 'gone');
  const { exitCode, stderr } = await typed(['down'], { MAINSPRING_DATA_DIR: missing });
  expect(stderr).toContain(`there is no local stack in ${missing}`);
  expect(exitCode).toBe(4);
  expect(await readdir(folder)).toEqual([]);
});

it('down of a stack that has ended says that none runs', async () => {
  await writeFile(join(folder, 'stack.json'), '{"ports":{},"environment":{},"processes":{}}');
  const { exitCode, stdout } = await typed(['down', '--data-dir', folder]);
  expect([exitCode, stdout]).toEqual([0, `No stack runs in ${folder}.\n`]);
});
