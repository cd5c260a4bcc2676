import { describe, expect, it } from 'vitest';
import type { ExitRecord } from '../../../../../../activities/ports/exit-record.js';
import { statusOf } from '../../../../../../infra/adapters/jobs/ray/status.js';
import type { RayJob } from '../../../../../../infra/adapters/jobs/ray/jobs-api.js';

const job = (status: RayJob['status'], more: Partial<RayJob> = {}): RayJob => ({
  type: 'SUBMISSION',
  submission_id: 'ms-x-a1',
  status,
  ...more,
});
const usage = { wallSeconds: 3, cpuSeconds: 2, gpuSeconds: 6 };
const record = (code: number, cause: ExitRecord['ended']['cause'] = 'trainer', reason = ''): ExitRecord => ({
  ended: { code, cause, reason },
  usage,
  at: '2026-01-01T00:00:00.000Z',
});

describe('what Ray says of a job', () => {
  it('is that it waits, with its reason, or that it runs', () => {
    const waiting = job('PENDING', { message: 'Job has not started yet.\nmore' });
    expect(statusOf(waiting, undefined)).toEqual({ kind: 'queued', reason: 'Job has not started yet.' });
    expect(statusOf(job('RUNNING'), undefined)).toEqual({ kind: 'running' });
  });

  it('has code, reason and spend of the wrapper’s own record', () => {
    const failed = job('FAILED', { driver_exit_code: 64, message: 'Job entrypoint command failed' });
    expect(statusOf(failed, record(64, 'trainer', 'rounds must be at least 1'))).toEqual({
      kind: 'ended',
      exitCode: 64,
      class: null,
      reason: 'rounds must be at least 1',
      spend: usage,
    });
  });

  it('leaves aside the record of the process that had the claim when a copy gave way', () => {
    const copy = job('FAILED', { driver_exit_code: 79 });
    expect(statusOf(copy, record(0))).toMatchObject({ exitCode: 79, reason: '', spend: null });
  });

  it('counts a signal as everybody but Python does', () => {
    expect(statusOf(job('FAILED', { driver_exit_code: -9 }), undefined)).toMatchObject({
      exitCode: 137,
      class: null,
    });
  });

  it('has no exit code when Ray lost the job’s supervisor, and its message instead', () => {
    const message =
      'Job supervisor actor died: The actor died unexpectedly before finishing this task.\n\tclass_name: …';
    expect(statusOf(job('FAILED', { message, driver_exit_code: null }), undefined)).toMatchObject({
      exitCode: null,
      class: null,
      reason: message.split('\n')[0],
    });
  });

  it('is out of memory when the memory monitor took the job', () => {
    const message = 'Job supervisor actor died: Task was killed due to the node running low on memory (OOM).';
    expect(statusOf(job('FAILED', { message }), undefined)).toMatchObject({ class: 'outOfMemory' });
    // The message of an entrypoint that ended repeats its log, in which anything may be written.
    const log = 'Job entrypoint command failed with exit code 1, last available logs:\nCUDA out of memory';
    expect(statusOf(job('FAILED', { message: log, driver_exit_code: 1 }), undefined)).toMatchObject({
      class: null,
    });
  });

  it('is cancelled when it was stopped, with the exit code that only the wrapper knows', () => {
    expect(statusOf(job('STOPPED'), record(75, 'signalled'))).toMatchObject({
      exitCode: 75,
      class: 'cancelled',
      spend: usage,
    });
    expect(statusOf(job('STOPPED'), undefined)).toMatchObject({ exitCode: null, class: 'cancelled' });
  });

  it('is timed out when the wrapper ended it at its deadline', () => {
    expect(statusOf(job('FAILED', { driver_exit_code: 75 }), record(75, 'deadline'))).toMatchObject({
      class: 'timedOut',
    });
  });
});
