import { execFileSync } from 'node:child_process';
import { appendFile, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { LINE_BYTES, lineReader } from '../../../wrapper/line-reader.js';

let folder: string;
let path: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'mainspring-lines-'));
  path = join(folder, 'progress.ndjson');
});
afterEach(() => rm(folder, { recursive: true, force: true }));

/** Everything that the reader gives until it does not move on. */
async function all(lines: ReturnType<typeof lineReader>): Promise<string[]> {
  const found: string[] = [];
  for (let before = -1; lines.position() !== before;) {
    before = lines.position();
    found.push(...(await lines.next()));
  }
  return found;
}

describe('the lines of a trainer', () => {
  it('are given once, and half a line only when it is whole', async () => {
    const lines = lineReader(path, folder);
    expect(await lines.next()).toEqual([]);
    await writeFile(path, 'one\ntwo\nthr');
    expect(await all(lines)).toEqual(['one', 'two']);
    await appendFile(path, 'ee\n\nfour\n');
    expect(await all(lines)).toEqual(['three', 'four']);
  });

  it('that are too long are left out, and what follows is read', async () => {
    const long = 'x'.repeat(3 * 2 ** 20);
    const lines = lineReader(path, folder);
    await writeFile(path, `a\n${long}`);
    expect(await all(lines)).toEqual(['a']);
    await appendFile(path, `${long}\nb\n${'y'.repeat(LINE_BYTES + 1)}\n${'z'.repeat(LINE_BYTES)}\nc\n`);
    expect((await all(lines)).map((line) => line.slice(0, 1))).toEqual(['b', 'z', 'c']);
  });

  it('may hold any bytes', async () => {
    await writeFile(path, Buffer.from([0, 255, 10, 65, 10]));
    expect(await all(lineReader(path, folder))).toEqual(['\0\ufffd', 'A']);
  });

  it('are none in a fifo without a writer, or behind a link', async () => {
    execFileSync('mkfifo', [path]);
    expect(await lineReader(path, folder).next()).toEqual([]);
    await rm(path);
    await symlink('/etc/passwd', path);
    expect(await lineReader(path, folder).next()).toEqual([]);
  });
});
