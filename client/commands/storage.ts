import type { HeldStorage } from '../../operations/system/storage.js';
import { size } from '../output/figures.js';
import type { Paint } from '../output/paint.js';
import { table } from '../output/table.js';
import { defineCommand } from './command.js';

const HEAD = ['what', 'objects', 'size', 'why, and when it goes'];

export function showStorage({ held, complete }: HeldStorage, paint: Paint): string {
  if (held.length === 0) return 'The object store is empty.';
  const rows = held.map(({ kind, objects, bytes, why }) => [
    kind,
    objects.toLocaleString('en'),
    size(bytes),
    why,
  ]);
  const more = complete ? [] : ['There are more objects than were counted.'];
  return [table(HEAD.map(paint.faint), rows), ...more].join('\n');
}

export const storage = defineCommand({
  usage: 'storage',
  summary: 'What the object store holds, how much, and when it goes',
  options: (yargs) => yargs,
  run: async (_argv, { mainspring, paint }) => {
    const found = await mainspring().system.storage();
    return { json: found, text: showStorage(found, paint) };
  },
});
