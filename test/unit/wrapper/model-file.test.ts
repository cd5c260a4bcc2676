import { execFileSync } from 'node:child_process';
import { copyFile, mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { layoutOf } from '../../../wrapper/layout.js';
import { checkModel } from '../../../wrapper/model-file.js';

let folder: string;
let layout: ReturnType<typeof layoutOf>;
let path: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'mainspring-model-'));
  layout = layoutOf(folder);
  path = join(layout.model, 'model.onnx');
  await mkdir(layout.model, { recursive: true });
});
afterEach(() => rm(folder, { recursive: true, force: true }));

/** A field of a protobuf message that holds bytes or another message. */
function field(number: number, content: Buffer | string): Buffer {
  const bytes = Buffer.from(content as Buffer);
  const varint = (value: number): number[] =>
    value < 128 ? [value] : [(value & 127) | 128, ...varint(Math.floor(value / 128))];
  return Buffer.concat([Buffer.from([...varint(number * 8 + 2), ...varint(bytes.length)]), bytes]);
}
const entry = (key: string, value: string) => field(13, Buffer.concat([field(1, key), field(2, value)]));
/** A tensor whose data are in another file: field 14, `data_location`, is 1. */
const external = Buffer.concat([
  field(8, 'weights'),
  entry('location', 'model.onnx.data'),
  entry('offset', '0'),
  Buffer.from([14 * 8, 1]),
]);
const internal = Buffer.concat([field(8, 'weights'), field(9, Buffer.alloc(300_000))]);
const attribute = (number: number, content: Buffer) => field(5, field(number, content));

describe('model/model.onnx', () => {
  it.each(['linear.onnx', 'constant.onnx'])(
    'as exporters write it by default is taken (%s)',
    async (name) => {
      await copyFile(join(import.meta.dirname, '../../support/trainers', name), path);
      await checkModel(layout);
    },
  );

  it.each<[string, Buffer]>([
    ['weights', field(7, field(5, external))],
    [
      'weights after large ones in the file',
      field(7, Buffer.concat([field(5, internal), field(5, external)])),
    ],
    ['constants of a node', field(7, field(1, attribute(5, external)))],
    [
      'weights of a loop inside a loop',
      field(7, field(1, attribute(6, field(1, attribute(6, field(5, external)))))),
    ],
    ['sparse weights', field(7, field(15, field(1, external)))],
    ['constants of a function', field(25, field(7, attribute(5, external)))],
  ])('with external %s is named, with the option of the export', async (_, model) => {
    await writeFile(path, model);
    const error = await checkModel(layout).catch((found: unknown) => found);
    expect(error).toMatchObject({
      message: expect.stringContaining('"model.onnx.data"') as string,
      remedy: expect.stringContaining('external_data=False') as string,
    });
  });

  it('that is no ONNX at all is left to those who load it', async () => {
    for (const content of ['onnx', field(7, Buffer.alloc(5, 255)), Buffer.alloc(4_096, 255)]) {
      await writeFile(path, content);
      await checkModel(layout);
    }
  });

  it('with graphs nested without end ends the look', async () => {
    let graph = field(5, external);
    for (let depth = 0; depth < 3_000; depth += 1) graph = field(1, attribute(6, graph));
    await writeFile(path, field(7, graph));
    await checkModel(layout);
  });

  it.each<[string, () => Promise<unknown>, string]>([
    ['a symbolic link', () => symlink(join(folder, 'elsewhere.onnx'), path), 'is a symbolic link'],
    ['a folder', () => mkdir(path), 'is a folder'],
    ['a fifo', async () => execFileSync('mkfifo', [path]), 'is a fifo'],
    ['empty', () => writeFile(path, ''), 'is empty'],
    ['missing', async () => undefined, 'is missing'],
  ])('that is %s is refused', async (_, make, what) => {
    await make();
    await expect(checkModel(layout)).rejects.toThrow(`model/model.onnx ${what}`);
  });
});
