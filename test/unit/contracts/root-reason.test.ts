import { expect, it } from 'vitest';
import { rootReason } from '../../../contracts/root-reason.js';

it('is the message of the innermost cause', () => {
  const cause = new Error('connection refused');
  expect(rootReason(new Error('outer', { cause: new Error('middle', { cause }) }))).toBe(
    'connection refused',
  );
});

it('is that of the first of several attempts to connect', () => {
  const error = new AggregateError([new Error('first'), new Error('second')], 'all failed');
  expect(rootReason(new Error('outer', { cause: error }))).toBe('first');
});

it('is the code, or the name, of an error without a message', () => {
  expect(rootReason(Object.assign(new Error(''), { code: 'ECONNREFUSED' }))).toBe('ECONNREFUSED');
  expect(rootReason(new TypeError(''))).toBe('TypeError');
});

it('is the text of what is no error, also as a cause', () => {
  expect(rootReason('no')).toBe('no');
  expect(rootReason(new Error('outer', { cause: 'inner' }))).toBe('outer');
});

it('ends for an error that is its own cause', () => {
  const error = new Error('round and round');
  error.cause = error;
  expect(rootReason(error)).toBe('round and round');
});
