import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { FailureType } from '../../../contracts/failures.js';

const rows = readFileSync(new URL('../../../docs/failures.md', import.meta.url), 'utf8')
  .split('\n')
  .filter((line) => line.startsWith('| `'))
  .map((line) => line.split('|').map((cell) => cell.trim()));

it('docs/failures.md lists every failure type once, and no other', () => {
  expect(rows.map(([, type]) => type?.replaceAll('`', '')).sort()).toEqual(Object.keys(FailureType).sort());
});

it('docs/failures.md says of each failure what it means, what to do and whether it is retried', () => {
  for (const [, , meaning, remedy, retried] of rows) {
    expect(meaning?.length).toBeGreaterThan(10);
    expect(remedy?.length).toBeGreaterThan(10);
    expect(retried).toMatch(/^(no|by `training\.retries\..*)$/);
  }
});

it('a failure is called what its key says: the name is wire format', () => {
  for (const [key, value] of Object.entries(FailureType)) expect(value).toBe(key);
});
