import { describe, expect, it } from 'vitest';
import { FailureType, fail } from '../../../../contracts/failures.js';
import { noViableTrial, trialReason } from '../../../../workflows/policy/no-viable-trial.js';

const failure = (trial: number, what: string) =>
  fail(
    FailureType.OutOfMemory,
    `tiny/r-1/trial-${trial} failed (outOfMemory, attempt 2): ${what}\nLast lines of its log:\nboom`,
    {
      remedy: `Raise training.resources.memory. Its whole log: \`mainspring logs ms-key${trial}-a2\`.`,
    },
  );

describe('a study without a winner', () => {
  it('says each cause once, with its trials, what to do about it and where the log is', () => {
    const trials = [0, 1].map((trial) => ({ trial, reason: trialReason(failure(trial, 'killed')) }));
    expect(noViableTrial('tiny r-1', trials)).toBe(
      'all 2 trials of tiny r-1 failed:\n' +
        '- trial 0, 1: failed (outOfMemory, attempt 2): killed\n' +
        '  Raise training.resources.memory. One log: `mainspring logs ms-key0-a2`.',
    );
  });

  it('keeps the remedy however long the cause is, and leaves the log out', () => {
    const reason = trialReason(failure(0, 'x'.repeat(5_000)));
    expect(reason.length).toBeLessThan(700);
    expect(reason).toContain('Raise training.resources.memory.');
    expect(reason).not.toContain('boom');
  });

  it('takes a trial without a reason', () => {
    expect(noViableTrial('tiny r-1', [{ trial: 3, reason: null }])).toContain('- trial 3: unknown');
  });
});
