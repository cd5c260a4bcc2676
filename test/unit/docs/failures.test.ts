import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { failuresList } from '../../../schema/failures-list.js';

it('docs/failures.md has the register of failures as it is (`npm run schema` writes it)', () => {
  const page = readFileSync(new URL('../../../docs/failures.md', import.meta.url), 'utf8');
  expect(page.split('<!-- failures -->')[1]?.trim()).toBe(failuresList());
});
