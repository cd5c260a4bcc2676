import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';

const examples = join(import.meta.dirname, '../../../examples');
const read = (path: string) => readFileSync(join(examples, path), 'utf8');

/** Files that trainers share. A code folder must hold all of its files, so each has a copy. */
it.each([
  ['flight-delay/neural/metrics.py', 'flight-delay/trainer/metrics.py'],
  ['flight-delay/neural/rows.py', 'flight-delay/trainer/rows.py'],
  ['typed-trainer/trees.py', 'flight-delay/trainer/trees.py'],
  ['typed-trainer/requirements.lock', 'flight-delay/trainer/requirements.lock'],
])('%s is equal to %s', (copy, original) => {
  expect(read(copy)).toBe(read(original));
});
