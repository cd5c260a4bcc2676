import { describe, expect, it } from 'vitest';
import type { StatusAnswer } from '../../../../activities/ports/job-backend.js';
import type { Ended } from '../../../../activities/ports/exit-record.js';
import { classify } from '../../../../activities/training/policy/classify.js';
import type { JobClass } from '../../../../contracts/training.js';

const native = (exitCode: number | null, kind: JobClass | null = null): StatusAnswer => ({
  kind: 'ended',
  exitCode,
  class: kind,
  reason: '',
  spend: null,
});
const word = (code: number, cause: Ended['cause'] = 'trainer', reason = ''): Ended => ({
  code,
  cause,
  reason,
});

describe('why an attempt ended', () => {
  it.each([
    [0, 'contract'],
    [1, 'user'],
    [64, 'user'],
    [65, 'user'],
    [69, 'infrastructure'],
    [75, 'preempted'],
    [78, 'user'],
    [79, 'infrastructure'],
    [127, 'user'],
    [134, 'user'],
    [137, 'infrastructure'],
    [139, 'user'],
    [143, 'infrastructure'],
    [null, 'infrastructure'],
  ] as const)('exit code %s without a result is %s', (code, expected) => {
    expect(classify('ended', native(code), undefined).class).toBe(expected);
  });

  it('is the backend’s reason, and only without one the exit code’s', () => {
    expect(classify('ended', native(137, 'outOfMemory'), undefined).class).toBe('outOfMemory');
    expect(classify('ended', native(1, 'preempted'), undefined).class).toBe('preempted');
  });

  it('is the deadline, also when the trainer wrote its checkpoint on the way out', () => {
    expect(classify('ended', native(75), word(75, 'deadline')).class).toBe('timedOut');
    expect(classify('overdue', { kind: 'running' }, undefined).class).toBe('timedOut');
  });

  it('is the wrapper’s last word when the backend has forgotten the job', () => {
    expect(classify('ended', { kind: 'absent' }, word(64, 'trainer', 'bad'))).toEqual({
      class: 'user',
      exitCode: 64,
      reason: 'bad',
    });
  });

  it('always has a reason', () => {
    for (const end of ['ended', 'lost', 'overdue'] as const)
      for (const code of [null, 0, 1, 75, 137])
        expect(classify(end, native(code), undefined).reason).not.toBe('');
  });
});
