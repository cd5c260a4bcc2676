import { stat } from 'node:fs/promises';
import { expect, it } from 'vitest';
import { toKnown } from '../../../client/known-error.js';
import { MainspringError } from '../../../operations/errors.js';

it('an error that JavaScript raised is called a fault of ours, and is to be reported', () => {
  const known = toKnown(new TypeError("Cannot read properties of undefined (reading 'x')"));
  expect(known).toMatchObject({ kind: 'failed', remedy: expect.stringContaining('Report it') as string });
  expect(known.message).toMatch(/^Mainspring has a fault here: Cannot read/);
});

it('a lost connection is none', () => {
  expect(toKnown(new TypeError('fetch failed'))).toMatchObject({
    message: 'fetch failed',
    remedy: expect.stringContaining('mainspring doctor') as string,
  });
});

it('an error about a file is a sentence with a remedy', async () => {
  const error = await stat('/nowhere/at/all').catch((reason: unknown) => reason);
  expect(toKnown(error)).toMatchObject({
    kind: 'not-found',
    message: '/nowhere/at/all cannot be used: it does not exist',
    remedy: 'Correct the path.',
  });
});

it('a failure stays what it is', () => {
  const failure = new MainspringError('refused', 'a rule', 'Obey.');
  expect(toKnown(failure)).toBe(failure);
});
