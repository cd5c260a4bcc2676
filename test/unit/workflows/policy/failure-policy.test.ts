import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { FailureType } from '../../../../contracts/failures.js';
import type { JobOutcome } from '../../../../contracts/job-lease.js';
import { Retries } from '../../../../contracts/spec/training.js';
import { JobClass } from '../../../../contracts/training.js';
import { decideOnFailure } from '../../../../workflows/policy/failure-policy.js';

const outcome = (kind: JobClass, more: Partial<JobOutcome> = {}): JobOutcome => ({
  jobKey: 'ms-key-a1',
  attempt: 1,
  state: 'failed',
  class: kind,
  exitCode: null,
  reason: 'because',
  logTail: '',
  spend: { wallSeconds: 1, cpuSeconds: 1, gpuSeconds: 0 },
  result: null,
  ...more,
});
const retries = (change: Partial<Retries> = {}): Retries => ({ ...Retries.parse({}), ...change });
const decide = (outcomes: JobOutcome[], change: Partial<Retries> = {}) =>
  decideOnFailure(outcomes, retries(change), 'tiny/r-1/trial-0');
const repeated = (kind: JobClass, times: number) => Array.from({ length: times }, () => outcome(kind));

describe('the next step after a failed attempt', () => {
  it.each(['infrastructure', 'lost', 'preempted'] as const)('%s is tried again at once', (kind) => {
    expect(decide([outcome(kind)])).toEqual({ kind: 'retry', waitMs: 0, memoryFactor: 1 });
  });

  it.each([
    [64, FailureType.TrainerRefused],
    [65, FailureType.TrainerRefused],
    [78, FailureType.TrainerRefused],
    [1, FailureType.TrainerFailed],
  ])('exit code %s of the trainer is never tried again by default', (exitCode, type) => {
    expect(decide([outcome('user', { exitCode })])).toMatchObject({ kind: 'giveUp', type });
  });

  it('a refusal is not tried again, even if the spec retries the trainer’s own errors', () => {
    expect(decide([outcome('user', { exitCode: 64 })], { user: 5 })).toMatchObject({ kind: 'giveUp' });
    expect(decide([outcome('user', { exitCode: 1 })], { user: 5 })).toMatchObject({ kind: 'retry' });
  });

  it('a job that its backend never takes is not tried again, and its failure has the backend’s words and the fields to change', () => {
    const refusal = outcome('user', { reason: 'backend slurm refused it: Invalid partition name specified' });
    const decision = decide([refusal], { user: 5 });
    expect(decision).toMatchObject({ kind: 'giveUp', type: FailureType.JobRefused });
    if (decision.kind !== 'giveUp') return;
    expect(decision.message).toContain('Invalid partition name specified');
    expect(decision.remedy).toContain('training.placement');
    expect(decision.message).not.toContain('trainer');
  });

  it.each([
    ['contract', FailureType.TrainerContractViolated],
    ['timedOut', FailureType.JobTimedOut],
    ['outOfMemory', FailureType.OutOfMemory],
    ['cancelled', FailureType.JobLost],
  ] as const)('%s gives up', (kind, type) => {
    expect(decide([outcome(kind)])).toMatchObject({ kind: 'giveUp', type });
  });

  it('a contract’s violation is told with the remedy that the wrapper knows', () => {
    const named = outcome('contract', { reason: 'model/model.onnx has external data\nExport one file.' });
    expect(decide([named])).toMatchObject({
      message: expect.stringMatching(/has external data$/) as string,
      remedy: expect.stringContaining('Export one file. Its whole log') as string,
    });
    expect(decide([outcome('contract', { reason: 'it has no result' })])).toMatchObject({
      remedy: expect.stringContaining('Let the trainer write model/model.onnx') as string,
    });
  });

  it('asks for twice the memory after each out-of-memory', () => {
    expect(decide(repeated('outOfMemory', 1), { outOfMemory: 2 })).toMatchObject({ memoryFactor: 2 });
    expect(decide(repeated('outOfMemory', 2), { outOfMemory: 2 })).toMatchObject({ memoryFactor: 4 });
    expect(decide(repeated('outOfMemory', 3), { outOfMemory: 2 })).toMatchObject({ kind: 'giveUp' });
  });

  it('waits longer from failure to failure, and never longer than five minutes', () => {
    const waits = Array.from({ length: 14 }, (_, n) =>
      decide(repeated('infrastructure', n + 1), { infrastructure: 99 }),
    );
    const ms = waits.map((decision) => (decision.kind === 'retry' ? decision.waitMs : -1));
    expect(ms.slice(0, 4)).toEqual([0, 1_000, 2_000, 4_000]);
    expect(ms.at(-1)).toBe(300_000);
  });

  it('says what failed, why, what to do, and what the log said last', () => {
    const decision = decide([
      outcome('user', { exitCode: 64, reason: 'rate must be below 1', logTail: 'a\nb\n' }),
    ]);
    expect(decision).toMatchObject({
      message:
        'tiny/r-1/trial-0 failed (refused by the trainer, exit code 64, attempt 1): rate must be below 1\n' +
        'Last lines of its log:\na\nb',
      remedy:
        'Mend the parameters, the data or the configuration that the trainer names. Its whole log: `mainspring logs ms-key-a1`.',
    });
  });

  it('ends after as many attempts as all budgets together allow, whatever the failures are', () => {
    const classes = JobClass.options.filter((kind) => kind !== 'succeeded');
    const budget = fc.nat(5);
    fc.assert(
      fc.property(
        fc.record({ infrastructure: budget, preempted: budget, outOfMemory: budget, user: budget }),
        fc.infiniteStream(fc.constantFrom(...classes)),
        (budgets, failures) => {
          const outcomes: JobOutcome[] = [];
          for (const kind of failures) {
            outcomes.push(outcome(kind));
            if (decide(outcomes, budgets).kind === 'giveUp') break;
          }
          const all = Object.values(budgets).reduce((sum, n) => sum + n, 0);
          expect(outcomes.length).toBeLessThanOrEqual(all + 1);
        },
      ),
    );
  });
});
