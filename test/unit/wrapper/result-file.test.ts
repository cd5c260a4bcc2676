import { execFileSync } from 'node:child_process';
import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { badText } from '../../../contracts/primitives/text.js';
import { ContractViolated } from '../../../wrapper/contract-violated.js';
import { layoutOf } from '../../../wrapper/layout.js';
import { readResultFile } from '../../../wrapper/result-file.js';

let folder: string;
let layout: ReturnType<typeof layoutOf>;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'mainspring-result-'));
  layout = layoutOf(folder);
  await mkdir(layout.output, { recursive: true });
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const many = (count: number) =>
  JSON.stringify({ metrics: Object.fromEntries(Array.from({ length: count }, (_, i) => [`m${i}`, i])) });
const refusal = async (content: string | Uint8Array) => {
  await writeFile(layout.result, content);
  const error = await readResultFile('log_loss', layout).catch((found: unknown) => found);
  expect(error).toBeInstanceOf(ContractViolated);
  return error as ContractViolated;
};

describe('output/result.json', () => {
  it('gives metrics and the digests of files', async () => {
    await writeFile(layout.result, '{"metrics": {"log_loss": 0.5}, "files": {"model/model.onnx": "ab"}}');
    expect(await readResultFile('log_loss', layout)).toEqual({
      metrics: { log_loss: 0.5 },
      digests: { 'model.onnx': 'ab' },
    });
  });

  it.each<[string, string | Uint8Array, string]>([
    ['200,000 metrics', many(200_000), 'bytes, at most 1,048,576 are taken'],
    ['2,000 metrics', many(2_000), '2,000 metrics, at most 1,000 are taken'],
    ['a megabyte of blanks', ' '.repeat(2 ** 20 + 1), 'at most 1,048,576 are taken'],
    ['many entries', `{"metrics":{},"x":[${'0,'.repeat(30_000)}0]}`, 'more than 20,000 entries'],
    ['deep nesting', `{"metrics":{},"x":${'['.repeat(50_000)}`, 'nested deeper than 32 levels'],
    ['deep objects', '{"a":'.repeat(50_000), 'nested deeper than 32 levels'],
    ['a name twice', '{"metrics":{"log_loss":1,"log_loss":2}}', 'the name "log_loss" twice in one object'],
    ['metrics twice', '{"metrics":{"log_loss":1},"metrics":{}}', 'the name "metrics" twice'],
    ['NaN', '{"metrics": {"log_loss": NaN}}', 'metric "log_loss" of output/result.json is NaN'],
    [
      '-Infinity',
      '{"metrics": {"a": 1, "log_loss": -Infinity}}',
      'metric "log_loss" of output/result.json is -Inf',
    ],
    ['a number that overflows', '{"metrics": {"log_loss": 1e999}}', 'is Infinity, not a finite number'],
    ['NaN as text', '{"metrics": {"log_loss": "NaN"}}', 'is "NaN", not a finite number'],
    ['null', '{"metrics": {"log_loss": null}}', 'is null, not a finite number'],
    ['bytes that are not UTF-8', Buffer.from([0x7b, 0xff, 0x7d]), 'is not UTF-8'],
    ['UTF-16', Buffer.from('{"metrics":{}}', 'utf16le'), 'is not JSON'],
    ['a NUL in a name', '{"metrics": {"a\\u0000": 1}}', 'has a metric named'],
    ['half a surrogate pair in a name', '{"metrics": {"\\ud800": 1}}', 'has a metric named'],
    ['a name of a megabyte less a bit', `{"metrics":{"${'x'.repeat(10_000)}":1}}`, 'has a metric named'],
    ['no object', '[1]', 'has no object "metrics"'],
    ['nothing', '', 'is not JSON'],
    ['an inherited name as objective', '{"metrics": {"x": 1}}', 'no metric "log_loss"'],
  ])('with %s is refused with the reason and the remedy', async (_, content, reason) => {
    const began = Date.now();
    const { message, remedy } = await refusal(content);
    expect(message).toContain(reason);
    expect(message.length).toBeLessThan(1_000);
    expect(remedy).not.toBe('');
    expect(Date.now() - began).toBeLessThan(2_000);
  });

  it.each([
    ['a NUL where JSON should be', '\0{}'],
    ['half of a pair at the place where a long name is cut', `{"metrics": {"${'🙂'.repeat(300)}": 1}}`],
    ['an escape sequence in a value', '{"metrics": {"log_loss": "\\u001b[2J"}}'],
    ['an escape sequence in the text', '\u001b[2J'],
  ])('with %s is refused with a reason that every store and terminal takes', async (_, content) => {
    expect(badText((await refusal(content)).reason)).toBeUndefined();
  });

  it('with NaN is not answered with the remedy for missing files', async () => {
    expect((await refusal('{"metrics": {"log_loss": NaN}}')).remedy).toContain('The fit diverged');
  });

  it.each<[string, (path: string) => Promise<unknown>, string]>([
    ['a link to a file of the engine', (path) => symlink('/etc/passwd', path), 'a symbolic link'],
    ['a link to itself', (path) => symlink(path, path), 'a symbolic link'],
    ['a fifo without a writer', async (path) => execFileSync('mkfifo', [path]), 'a fifo'],
    ['a folder', (path) => mkdir(path), 'a folder'],
  ])('that is %s is refused at once', async (_, make, what) => {
    await make(layout.result);
    await expect(readResultFile(null, layout)).rejects.toThrow(`output/result.json is ${what}`);
  });

  it('that is a socket is refused at once', async () => {
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(layout.result, resolve));
    await expect(readResultFile(null, layout)).rejects.toThrow('a socket or a device');
    await new Promise((resolve) => server.close(resolve));
  });

  it('in a folder that was replaced by a link is refused', async () => {
    await rm(layout.output, { recursive: true });
    await mkdir(join(folder, 'elsewhere'));
    await writeFile(join(folder, 'elsewhere', 'result.json'), '{"metrics":{}}');
    await symlink(join(folder, 'elsewhere'), layout.output);
    await expect(readResultFile(null, layout)).rejects.toThrow('a file outside its folder');
  });
});
