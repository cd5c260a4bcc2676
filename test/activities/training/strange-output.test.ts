import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { FailureType } from '../../../contracts/failures.js';
import type { JobOutcome } from '../../../contracts/job-lease.js';
import { type TrainingBench, trainingBench } from '../../support/training/bench.js';
import { decideOnFailure } from '../../../workflows/policy/failure-policy.js';

let bench: TrainingBench;
beforeAll(async () => {
  bench = await trainingBench();
  await bench.buildEnvironment();
});
afterAll(() => bench?.close());

const retries = { infrastructure: 3, preempted: 3, outOfMemory: 0, user: 0 };
async function outcomeOf(trainer: 'strange.py' | 'diverges.py', params: Record<string, string>) {
  const job = bench.job(trainer, { params });
  const began = Date.now();
  const outcome = await bench.collect(job, await bench.dispatch(job));
  expect(Date.now() - began).toBeLessThan(30_000);
  return outcome;
}
const decided = (outcome: JobOutcome) => decideOnFailure([outcome], retries, 'tiny/r/trial-0');

describe('what a trainer writes in place of its result', () => {
  it.each([
    ['many metrics', 'at most 1,048,576 are taken'],
    ['fifo', 'output/result.json is a fifo'],
    ['link', 'model/weights.bin is a symbolic link'],
    ['loop', 'model/again is a symbolic link'],
    ['external data', 'keeps its weights in another file ("model.onnx.data")'],
  ])('%s: is final, with the reason', async (write, reason) => {
    const outcome = await outcomeOf('strange.py', { write });
    expect(outcome).toMatchObject({ state: 'failed', class: 'contract' });
    expect(outcome.reason).toContain(reason);
    const decision = decided(outcome);
    expect(decision).toMatchObject({ kind: 'giveUp', type: FailureType.TrainerContractViolated });
    if (write === 'external data')
      expect(decision).toMatchObject({ remedy: expect.stringContaining('external_data=False') as string });
  });

  it.each(['fifo for progress', 'bytes for progress'])('%s: does no harm', async (write) => {
    const outcome = await outcomeOf('strange.py', { write });
    expect(outcome).toMatchObject({ state: 'succeeded', result: { metrics: { log_loss: 0.5 } } });
  });

  it('a reason of any bytes is shown as text, and bounded', async () => {
    const { exitCode, reason } = await outcomeOf('strange.py', { write: 'bytes for failure' });
    expect(exitCode).toBe(64);
    expect(reason).toMatch(/^bad \ufffd\[31m input/);
    expect(reason.length).toBeLessThanOrEqual(1_024);
  });
});

it('an objective that stays NaN ends the trial early, and the remedy fits', async () => {
  const outcome = await outcomeOf('diverges.py', {});
  expect(outcome).toMatchObject({ state: 'failed', class: 'contract' });
  expect(outcome.reason).toContain('metric "log_loss" is NaN or infinite');
  expect(decided(outcome)).toMatchObject({
    kind: 'giveUp',
    message: expect.stringContaining('NaN') as string,
    remedy: expect.stringContaining('The fit diverged') as string,
  });
});

it('a trainer that finds no room on the disk is tried again, and is not the user’s error', async () => {
  const outcome = await outcomeOf('strange.py', { write: 'no room' });
  expect(outcome).toMatchObject({ state: 'failed', class: 'infrastructure', exitCode: 69 });
  expect(outcome.reason).toContain('is full');
  expect(decided(outcome)).toMatchObject({ kind: 'retry' });
});
