import { AssertionError } from 'node:assert';
import { ApplicationFailure, CancelledFailure } from '@temporalio/common';
import { MockActivityEnvironment } from '@temporalio/testing';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { FailureType, fail, failureIn } from '../../../../contracts/failures.js';
import { activityInterceptors } from '../../../../workers/interceptors/activities.js';
import { finalFailure } from '../../../../workers/interceptors/final-failure.js';

const coded = (code: unknown, message = 'no', more: object = {}): Error =>
  Object.assign(new Error(message), { code, ...more });
const postgres = (code: string): Error => coded(code, `SQLSTATE ${code}`, { severity: 'ERROR' });
const grpc = (code: number): Error => coded(code, 'refused', { details: '', metadata: {} });
const caused = (error: Error, cause: unknown): Error => Object.assign(error, { cause });
const zodError = (): Error => z.object({ version: z.int() }).safeParse({ version: 'x' }).error as Error;

/** Every attempt up to a hundred, as a retry policy makes them. */
const finalAt = (error: unknown): number | undefined =>
  Array.from({ length: 100 }, (_, index) => index + 1).find((attempt) => finalFailure(error, attempt));

describe('an error that no retry mends', () => {
  it.each<[string, unknown, number, FailureType]>([
    ['a NUL in a text (22021)', postgres('22021'), 1, 'ValueRefused'],
    ['a number out of range (22003)', postgres('22003'), 1, 'ValueRefused'],
    ['a row too big (54000)', postgres('54000'), 1, 'ValueRefused'],
    ['a broken foreign key (23503)', postgres('23503'), 3, 'ValueRefused'],
    ['a check of a table (23514)', postgres('23514'), 3, 'ValueRefused'],
    ['a statement that is no SQL (42601)', postgres('42601'), 5, 'EngineFault'],
    ['a column that is missing (42703)', postgres('42703'), 5, 'EngineFault'],
    ['a wrong password (28P01)', postgres('28P01'), 10, 'StoreRefused'],
    ['a right that is missing (42501)', postgres('42501'), 10, 'StoreRefused'],
    ['an S3 key without rights', coded('AccessDenied'), 10, 'StoreRefused'],
    ['an S3 key that is unknown', coded('InvalidAccessKeyId'), 10, 'StoreRefused'],
    ['a bucket that is missing', coded('NoSuchBucket'), 10, 'StoreRefused'],
    ['an object beyond the limit', coded('EntityTooLarge'), 1, 'ValueRefused'],
    ['a circle of symbolic links', coded('ELOOP'), 5, 'ValueRefused'],
    ['a request that Temporal refuses', grpc(3), 10, 'StoreRefused'],
    ['a property of undefined', new TypeError('x is undefined'), 5, 'EngineFault'],
    ['an invalid date', new RangeError('Invalid time value'), 5, 'EngineFault'],
    ['a name that is not there', new ReferenceError('x is not defined'), 5, 'EngineFault'],
    ['JSON that is none', new SyntaxError('Unexpected token'), 5, 'EngineFault'],
    ['an assertion', new AssertionError({ message: 'no' }), 5, 'EngineFault'],
    ['a row of another shape', zodError(), 5, 'EngineFault'],
    ['the same below another error', caused(new Error('row 3'), postgres('22021')), 1, 'ValueRefused'],
  ])('%s is final, at the attempt that makes it sure', (_, error, attempt, type) => {
    expect(finalAt(error)).toBe(attempt);
    const failure = finalFailure(error, attempt);
    expect(failure).toMatchObject({ type, remedy: expect.stringMatching(/\w/) as string });
    expect(failure?.message).not.toContain('    at ');
  });
});

describe('an error that may pass', () => {
  it.each<[string, unknown]>([
    ['a server that is away', coded('ECONNREFUSED')],
    ['a lost connection, as fetch reports it', caused(new TypeError('fetch failed'), coded('ECONNRESET'))],
    ['a body that broke off', new TypeError('terminated')],
    ['a name that does not resolve', coded('EAI_AGAIN')],
    ['all addresses of a server', new AggregateError([coded('ECONNREFUSED')], 'all failed')],
    ['a full disk', coded('ENOSPC')],
    ['a disk error', coded('EIO')],
    ['a file that another worker has', coded('ENOENT')],
    ['a system error of five letters', coded('EBUSY')],
    ['PostgreSQL shutting down (57P01)', postgres('57P01')],
    ['PostgreSQL starting (57P03)', postgres('57P03')],
    ['too many connections (53300)', postgres('53300')],
    ['its disk full (53100)', postgres('53100')],
    ['a deadlock (40P01)', postgres('40P01')],
    ['a serialization failure (40001)', postgres('40001')],
    ['a lost connection (08006)', postgres('08006')],
    ['a standby (25006)', postgres('25006')],
    ['a clock that is off', coded('RequestTimeTooSkewed')],
    ['a store that asks to slow down', coded('SlowDown')],
    ['a store with an error of its own', coded('InternalError')],
    ['Temporal away', grpc(14)],
    ['a request that was cancelled', new DOMException('aborted', 'AbortError')],
    ['a request that took too long', new DOMException('late', 'TimeoutError')],
    ['an error without a kind', new Error('Connection terminated unexpectedly')],
    ['no error at all', 'text'],
  ])('%s is tried again', (_, error) => {
    expect(finalAt(error)).toBeUndefined();
  });

  it('is found in a circle of causes too', () => {
    const error = new Error('a');
    expect(finalAt(caused(error, error))).toBeUndefined();
  });
});

describe('an activity', () => {
  const run = (error: unknown, attempt: number): Promise<unknown> =>
    new MockActivityEnvironment({ attempt }, { interceptors: activityInterceptors.activity as never })
      .run(async () => {
        throw error;
      })
      .then(
        () => undefined,
        (thrown: unknown) => thrown,
      );

  it('with a final error fails for good, with type and remedy', async () => {
    const thrown = await run(postgres('22021'), 1);
    expect(thrown).toMatchObject({ nonRetryable: true, type: FailureType.ValueRefused });
    expect(failureIn(thrown)?.remedy).toMatch(/Correct the value/);
  });

  it('with any other error is tried again with the error as it was', async () => {
    const away = coded('ECONNREFUSED');
    expect(await run(away, 80)).toBe(away);
    const bug = new TypeError('once');
    expect(await run(bug, 1)).toBe(bug);
  });

  it('that fails on purpose, or is cancelled, keeps its failure', async () => {
    const cancelled = new CancelledFailure('CANCELLED');
    expect(await run(cancelled, 9)).toBe(cancelled);
    const applied = ApplicationFailure.retryable('later', 'X', new TypeError('inside'));
    expect(await run(applied, 9)).toBe(applied);
    expect(await run(fail(FailureType.DataRejected, 'bad'), 9)).toMatchObject({ type: 'DataRejected' });
  });
});
