import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { stringify } from 'yaml';
import { checkSpec } from '../../../../client/spec/check.js';
import { explainSpec } from '../../../../client/spec/explain.js';
import { specInput } from '../../../support/fixtures.js';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'mainspring-files-'));
  await mkdir(join(folder, 'folder.yaml'));
  await writeFile(join(folder, 'model.yaml'), stringify(specInput));
  await symlink('circle.yaml', join(folder, 'circle.yaml'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

/** No code of the system, no call of it, and no words of JavaScript. */
const RAW = /\bE[A-Z]{3,}\b|\b(stat|open|read|scandir|realpath) '|undefined|Cannot read|argument must be/;

describe('a model file', () => {
  it.each([null, 5, undefined, {}, '', 'a\u0000.yaml', new URL('file:///tmp/model.yaml')])(
    'that is no path is refused: %s',
    async (file) => {
      await expect(checkSpec(file as never)).rejects.toMatchObject({
        kind: 'usage',
        message: expect.stringMatching(/^the model file is .*, allowed: the path of a file/) as string,
      });
    },
  );

  it.each([
    ['is missing', 'gone.yaml', 'not-found', 'it does not exist'],
    ['is a folder', 'folder.yaml', 'not-found', 'it is a folder, not a regular file'],
    ['lies below a file', 'model.yaml/model.yaml', 'not-found', 'a part of its path is a file'],
    ['is a link to itself', 'circle.yaml', 'refused', 'its symbolic links lead in a circle'],
    ['has a name that no disk takes', `${'a'.repeat(300)}.yaml`, 'usage', 'its path is too long'],
  ])('that %s is refused in a sentence', async (_what, name, kind, reason) => {
    const file = join(folder, name);
    const error: unknown = await checkSpec(file).catch((failure: unknown) => failure);
    expect(error).toMatchObject({
      kind,
      message: expect.stringContaining(`${file} cannot be used: ${reason}`) as string,
      remedy: expect.stringMatching(/\w/) as string,
    });
    expect((error as Error).message).not.toMatch(RAW);
  });
});

it.each([
  ['throws', 'throw new Error("boom");', 'boom'],
  ['does not compile', 'const = 5;', 'Expected identifier'],
  ['imports what is not there', 'import "./gone.mjs";\nexport default {};', 'Cannot find module'],
])('a module that %s is refused as the file that it is', async (what, code, reason) => {
  const file = join(folder, `${what.split(' ')[0] ?? ''}.mts`);
  await writeFile(file, code);
  await expect(checkSpec(file)).rejects.toMatchObject({
    kind: 'refused',
    message: expect.stringMatching(
      new RegExp(`${file} cannot be loaded as a module: .*${reason}`, 's'),
    ) as string,
    remedy: `Mend the module until \`npx tsx ${file}\` runs without an error.`,
  });
});

it('a file that a spec names and the system does not open is a problem at its place', async () => {
  const place = join(folder, 'named');
  await mkdir(join(place, 'trainer'), { recursive: true });
  await writeFile(join(place, 'model.yaml'), stringify(specInput));
  await symlink('clean.sql', join(place, 'clean.sql'));
  await writeFile(join(place, 'features.sql'), 'select 1');
  await writeFile(join(place, 'events.parquet'), 'x');
  await writeFile(join(place, 'requirements.lock'), 'numpy==2.4.6\n');
  await writeFile(join(place, 'trainer/train.py'), 'x');
  const { problems } = await checkSpec(join(place, 'model.yaml'));
  expect(problems).toMatchObject([
    {
      path: 'data.clean',
      message: '"clean.sql" cannot be read: its symbolic links lead in a circle',
      line: expect.any(Number) as number,
    },
  ]);
});

it.each([5, null, '', {}, ['training']])('specs.explain refuses what is no field: %s', (below) => {
  expect(() => explainSpec(below as never)).toThrow(
    expect.objectContaining({
      kind: 'usage',
      message: expect.stringMatching(/^the field to explain is .*, allowed: the path of a field/) as string,
    }),
  );
});

describe('a text that is no UTF-8', () => {
  it('is refused with its line: the model file itself', async () => {
    const file = join(folder, 'latin.yaml');
    await writeFile(file, Buffer.from('a: 1\nb: d\u00e9part\n', 'latin1'));
    await expect(checkSpec(file)).rejects.toMatchObject({
      kind: 'refused',
      message: `${file} is not UTF-8 in line 2`,
      remedy: 'Save it in UTF-8.',
    });
  });

  it.each(['clean.sql', 'features.sql'])('is a problem of the model file: %s', async (name) => {
    await writeFile(join(folder, name), Buffer.from('select 1\n\n-- d\u00e9part', 'latin1'));
    const { problems } = await checkSpec(join(folder, 'model.yaml'));
    await rm(join(folder, name));
    expect(problems.map(({ message }) => message)).toContain(`"${name}" is not UTF-8 in line 3`);
  });
});
