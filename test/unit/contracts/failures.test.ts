import { ActivityFailure, ApplicationFailure, RetryState } from '@temporalio/common';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { EXIT_CODE, FAILURES } from '../../../contracts/failure-register.js';
import {
  FailureType,
  MainspringFailure,
  exitCodeOf,
  fail,
  failureIn,
  httpStatusOf,
  parseOrFail,
} from '../../../contracts/failures.js';
import { toTemporal } from '../../../workers/interceptors/to-temporal.js';

/** The error that a workflow gets from a failed activity. */
const fromActivity = (cause: Error) =>
  new ActivityFailure('Activity task failed', 'x', '1', RetryState.NON_RETRYABLE_FAILURE, 'w', cause);

describe('a failure', () => {
  it('says what happened and what to do, apart from each other', () => {
    const failure = fail(FailureType.SplitEmpty, 'test is empty', { remedy: 'Deliver the labels.' });
    expect(failure).toMatchObject({
      type: 'SplitEmpty',
      message: 'test is empty',
      remedy: 'Deliver the labels.',
    });
  });

  it('without a remedy of its own has the one of the register', () => {
    expect(fail(FailureType.JobConflict, 'x').remedy).toBe(FAILURES.JobConflict.remedy);
  });

  it('has a message and a remedy that fit into a payload', () => {
    const long = 'x'.repeat(10_000);
    const failure = fail(FailureType.InvalidInput, long, { remedy: long });
    expect([failure.message.length, failure.remedy.length]).toEqual([4_000, 4_000]);
  });

  it('of every type has an exit code and an HTTP status of an error', () => {
    for (const type of Object.values(FailureType)) {
      expect(Object.values(EXIT_CODE)).toContain(exitCodeOf(type));
      expect(httpStatusOf(type)).toBeGreaterThanOrEqual(400);
    }
  });
});

describe('a failure that travels through Temporal', () => {
  it('is final, and keeps type, message, remedy and details', () => {
    const failure = fail(FailureType.VersionConflict, 'moved', { remedy: 'Wait.', details: { at: 9 } });
    expect(toTemporal(failure)).toMatchObject({
      type: 'VersionConflict',
      message: 'moved',
      nonRetryable: true,
    });
    const found = failureIn(fromActivity(toTemporal(failure) as ApplicationFailure));
    expect(found).toBeInstanceOf(MainspringFailure);
    expect(found).toMatchObject({
      type: 'VersionConflict',
      message: 'moved',
      remedy: 'Wait.',
      details: { at: 9 },
    });
  });

  it('from a worker of an earlier version, without a remedy, has the one of the register', () => {
    const old = ApplicationFailure.nonRetryable('moved', 'VersionConflict', [{ check: 'a' }]);
    expect(failureIn(fromActivity(old))).toMatchObject({
      message: 'moved',
      remedy: FAILURES.VersionConflict.remedy,
    });
  });

  it('differs from any other error, which is passed on unchanged and retried', () => {
    const error = new TypeError('x is undefined');
    expect(toTemporal(error)).toBe(error);
    expect(failureIn(fromActivity(error))).toBeUndefined();
    expect(failureIn(ApplicationFailure.nonRetryable('x', 'ValueError'))).toBeUndefined();
  });
});

it('input that breaks its contract is refused with the field', () => {
  const parse = () => parseOrFail(z.object({ rows: z.int() }), { rows: 'many' });
  expect(parse).toThrow(MainspringFailure);
  expect(parse).toThrow(/expected number.*\n.*rows/);
});
