import { mkdtemp, rm, writeFile, appendFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { logUploader } from '../../../wrapper/log-uploader.js';
import { readLog } from '../../../contracts/job-log.js';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'mainspring-log-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

/** A store in memory. It fails while `away` returns true. */
function aStore() {
  const parts = new Map<string, Uint8Array>();
  const sizes: number[] = [];
  const state = { away: () => false };
  return {
    parts,
    sizes,
    state,
    put: async (key: string, body: Uint8Array | string) => {
      if (state.away()) throw new Error('the store is away');
      sizes.push(body.length);
      parts.set(key, Buffer.from(body as Uint8Array));
    },
    list: async (prefix: string) => [...parts.keys()].filter((key) => key.startsWith(prefix)).sort(),
    get: async (key: string) => {
      const body = parts.get(key);
      return body && { body };
    },
  };
}

async function read(store: ReturnType<typeof aStore>, from = 0) {
  let text = '';
  const missing: number[] = [];
  for await (const piece of readLog(store, 'job', from)) {
    if (piece.missing > 0) missing.push(piece.missing);
    text += Buffer.from(piece.bytes).toString('latin1');
  }
  return { text, missing };
}

describe('the log of a job in the object store', () => {
  it('equals the output, however often it is uploaded and however often the store is away', async () => {
    const chunks = fc.array(fc.tuple(fc.string({ maxLength: 40 }), fc.boolean()), { maxLength: 30 });
    let n = 0;
    await fc.assert(
      fc.asyncProperty(chunks, fc.integer({ min: 1, max: 64 }), async (written, partBytes) => {
        const path = join(folder, `log-${(n += 1)}`);
        const store = aStore();
        const uploader = logUploader(store, 'job', path, { partBytes, totalBytes: 1e9, tailBytes: 10 });
        await writeFile(path, '');
        let printed = Buffer.alloc(0);
        for (const [text, isAway] of written) {
          await appendFile(path, text);
          printed = Buffer.concat([printed, Buffer.from(text)]);
          store.state.away = () => isAway;
          await uploader.next().catch(() => undefined);
        }
        store.state.away = () => false;
        await uploader.last();
        expect(await read(store)).toEqual({ text: printed.toString('latin1'), missing: [] });
        expect(Math.max(0, ...store.sizes)).toBeLessThanOrEqual(partBytes);
      }),
      { numRuns: 60 },
    );
  });

  it('can be followed from any byte on, while its newest part grows', async () => {
    const path = join(folder, 'log');
    const store = aStore();
    const uploader = logUploader(store, 'job', path, { partBytes: 8, totalBytes: 1_000, tailBytes: 10 });
    await writeFile(path, '0123456789ab');
    await uploader.next();
    expect(await read(store, 3)).toEqual({ text: '3456789ab', missing: [] });
    await appendFile(path, 'cdefgh');
    await uploader.next();
    expect(await read(store, 12)).toEqual({ text: 'cdefgh', missing: [] });
    expect(await read(store, 18)).toEqual({ text: '', missing: [] });
    expect([...store.parts.keys()]).toEqual([
      'logs/job/000000000000',
      'logs/job/000000000008',
      'logs/job/000000000016',
    ]);
  });

  it('is cut when it is too long: it says how much is missing and keeps its end', async () => {
    const path = join(folder, 'log');
    const store = aStore();
    const uploader = logUploader(store, 'job', path, { partBytes: 10, totalBytes: 25, tailBytes: 5 });
    await writeFile(path, 'x'.repeat(90) + 'the end');
    await uploader.next();
    await uploader.next();
    expect(await read(store)).toEqual({ text: 'x'.repeat(25), missing: [] });
    await uploader.last();
    expect(await read(store)).toEqual({ text: `${'x'.repeat(25)}e end`, missing: [67] });
  });

  it('is empty before anything is printed, and stays so when there is no file', async () => {
    const store = aStore();
    const uploader = logUploader(store, 'job', join(folder, 'none'));
    await uploader.next();
    await uploader.last();
    expect(await read(store)).toEqual({ text: '', missing: [] });
  });

  it('uploads only when there is new output', async () => {
    const path = join(folder, 'log');
    const store = aStore();
    const uploader = logUploader(store, 'job', path);
    await writeFile(path, 'once');
    for (let beat = 0; beat < 5; beat += 1) await uploader.next();
    await uploader.last();
    expect(store.sizes).toEqual([4]);
  });
});
