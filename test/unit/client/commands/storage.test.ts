import { expect, it } from 'vitest';
import { showStorage } from '../../../../client/commands/storage.js';
import { size } from '../../../../client/output/figures.js';
import { storage } from '../../../../operations/system/storage.js';
import type { Services } from '../../../../operations/ports/services.js';
import { openPaint } from '../../../../client/output/paint.js';

const plain = openPaint(false);
const held = (kinds: { kind: string; objects: number; bytes: number }[], complete = true) =>
  storage.run(
    { storage: async () => ({ usage: async () => ({ kinds, complete }) }) } as unknown as Services,
    {},
    undefined as never,
    new AbortController().signal,
  );

it('what the object store holds is shown by kind, the largest first, with the reason', async () => {
  const found = await held([
    { kind: 'logs', objects: 3, bytes: 2_048 },
    { kind: 'checkpoints', objects: 1_784, bytes: 2.6 * 2 ** 30 },
    { kind: 'of-a-later-version', objects: 1, bytes: 1 },
  ]);
  expect(found.held.map(({ kind }) => kind)).toEqual(['checkpoints', 'logs', 'of-a-later-version']);
  for (const { why } of found.held) expect(why).not.toBe('');
  const text = showStorage(found, plain);
  expect(text).toMatch(/checkpoints +1,784 +2\.6 GiB +checkpoints: superseded ones go/);
  expect(text).not.toContain('more objects');
  expect(showStorage(await held([], false), plain)).toBe('The object store is empty.');
  expect(showStorage({ ...found, complete: false }, plain)).toContain('more objects than were counted');
});

it.each([
  [0, '0 B'],
  [1_023, '1023 B'],
  [1_024, '1.0 KiB'],
  [2.6 * 2 ** 30, '2.6 GiB'],
])('%i bytes are %s', (bytes, text) => expect(size(bytes)).toBe(text));
