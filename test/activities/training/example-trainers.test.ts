import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { signal } from '../../../infra/adapters/jobs/process-identity.js';
import { readBeat } from '../../../activities/training/lease/beat.js';
import { readHead } from '../../../activities/training/lease/head.js';
import type { ArtifactRef } from '../../../contracts/artifacts.js';
import type { TrainingJobInput } from '../../../contracts/training.js';
import { BINARY } from '../../../contracts/problems/index.js';
import { numericSignature } from '../../../contracts/signature.js';
import { openScorer } from '../../../infra/adapters/onnx/scorer.js';
import { type TrainingBench, trainingBench } from '../../support/training/bench.js';
import { FEATURES, exampleTrainer } from '../../support/training/example-trainer.js';
import { until } from '../../support/until.js';

// The environments of the trainers are installed from the package index, once each.
vi.setConfig({ testTimeout: 300_000, hookTimeout: 300_000 });

let bench: TrainingBench;
beforeAll(async () => {
  bench = await trainingBench();
});
afterAll(() => bench?.close());

/**
 * Predictions of the engine's own runtime for two rows: a flight that is probably late, and a row without its third
 * feature.
 */
async function score(model: ArtifactRef): Promise<Float32Array> {
  const path = join(bench.dataDir, `${model.sha256}.onnx`);
  await writeFile(path, await bench.artifacts.read(model));
  const loaded = await openScorer().load(path, 'candidate', {
    signature: numericSignature(FEATURES),
    problem: BINARY,
  });
  const dense = Float32Array.from([1.5, 0.4, 0.9, 4.7, -0.4, NaN]);
  const scores = await loaded.score({ rows: 2, dense });
  await loaded.release();
  return scores;
}

describe('the neural network of examples/flight-delay', () => {
  let example: Awaited<ReturnType<typeof exampleTrainer>>;
  beforeAll(async () => {
    const files = { code: 'flight-delay/neural', lock: 'flight-delay/neural/requirements.lock' };
    example = await exampleTrainer(bench, { ...files, count: 60_000 });
  });
  // Checkpoints are uploaded once a second. There are enough epochs that the first upload comes long before the last
  // epoch.
  const params = { epochs: 40, width: 32, learning_rate: 0.001, batch: 64 };
  const job = (more: Partial<TrainingJobInput> = {}): TrainingJobInput =>
    bench.job('ok.py', { ...example, command: ['python', 'train.py'], params, ...more });

  it('resumes from its last epoch after a kill, and ends with the same figures and the same model', async () => {
    const undisturbed = job();
    const whole = await bench.collect(undisturbed, await bench.dispatch(undisturbed));
    expect(whole).toMatchObject({ state: 'succeeded' });
    expect(whole.result?.metrics['roc_auc']).toBeGreaterThan(0.8);

    const disturbed = job();
    const first = await bench.dispatch(disturbed);
    const reached = await until(async () => {
      const head = await readHead(bench.objects, bench.lease(disturbed.intent));
      return head?.checkpoint?.step;
    });
    for (const { pid } of await bench.processes(first)) signal(pid, 'SIGKILL');
    expect(await bench.collect(disturbed, first)).toMatchObject({ class: 'infrastructure', result: null });
    expect(reached).toBeLessThan(params.epochs);
    const second = await bench.dispatch(disturbed, 2);
    const resumed = await bench.collect(disturbed, second);

    expect(resumed).toMatchObject({ state: 'succeeded', attempt: 2 });
    const log = await bench.backend.logTail({ jobKey: second.jobKey, nativeId: '', nativeUid: null }, 10_000);
    const [, from] = /resuming from step (\d+)/.exec(log) ?? [];
    expect(Number(from)).toBeGreaterThanOrEqual(reached);
    expect(resumed.result?.metrics).toEqual(whole.result?.metrics);
    expect(resumed.result?.model.sha256).toBe(whole.result?.model.sha256);
    const [likely, unlikely] = await score(resumed.result!.model);
    expect(likely).toBeGreaterThan(0.8);
    expect(unlikely).toBeLessThan(0.2);
  });

  it('is asked to stop, and leaves its epoch for the next attempt', async () => {
    const long = job({ params: { ...params, epochs: 1_000 } });
    const attempt = await bench.dispatch(long);
    await until(async () => (await readHead(bench.objects, bench.lease(long.intent)))?.checkpoint);
    const [wrapper] = await bench.wrapperProcesses(attempt);
    process.kill(wrapper!.pid, 'SIGTERM');
    expect(await bench.collect(long, attempt)).toMatchObject({ class: 'preempted', exitCode: 75 });
  });
});

describe('the program of examples/sagemaker, which knows no engine', () => {
  let example: Awaited<ReturnType<typeof exampleTrainer>>;
  beforeAll(async () => {
    const files = { code: 'sagemaker/trainer', lock: 'sagemaker/trainer/requirements.lock' };
    example = await exampleTrainer(bench, { ...files, count: 8_000 });
  });
  const command = [
    ...['python', '-m', 'mainspring_trainer.sagemaker'],
    ...['--metric', 'log_loss=validation-logloss: ([0-9.]+)'],
    ...['--metric', 'train_log_loss=train-logloss: ([0-9.]+)'],
    ...['--', 'python', 'train.py'],
  ];
  const params = { features: FEATURES.join(','), epochs: 40, learning_rate: 1 };
  const job = (more: Partial<TrainingJobInput> = {}): TrainingJobInput =>
    bench.job('ok.py', { ...example, command, params, ...more });

  it('is searched by what it prints, and its model is scored', async () => {
    const trial = job();
    const attempt = await bench.dispatch(trial);
    const outcome = await bench.collect(trial, attempt);

    expect(outcome).toMatchObject({ state: 'succeeded', reason: '' });
    const { metrics, model } = outcome.result!;
    const log = await bench.backend.logTail(
      { jobKey: attempt.jobKey, nativeId: '', nativeUid: null },
      10_000,
    );
    const [, last] = /\[40\].*validation-logloss: ([0-9.]+)/.exec(log) ?? [];
    expect(metrics['log_loss']).toBe(Number(last));
    expect(Object.keys(metrics).sort()).toEqual(['log_loss', 'train_log_loss']);
    expect((await readBeat(bench.objects, attempt.jobKey))?.progress).toMatchObject({ step: 40 });
    const [likely, unlikely] = await score(model);
    expect(likely).toBeGreaterThan(unlikely!);
  });

  it('runs the final fit too, where nothing steers and no validation rows are', async () => {
    const { train } = example.channels;
    const final = job({ channels: { train: train! }, objective: null });
    const outcome = await bench.collect(final, await bench.dispatch(final));
    expect(outcome).toMatchObject({ state: 'succeeded' });
    expect(Object.keys(outcome.result!.metrics)).toEqual(['train_log_loss']);
  });

  it('says what is missing when no line matches the metric that steers', async () => {
    const silent = job({ command: command.toSpliced(3, 2) });
    const outcome = await bench.collect(silent, await bench.dispatch(silent));
    expect(outcome).toMatchObject({ class: 'contract' });
    expect(outcome.reason).toContain('no metric "log_loss", which steers the search; it has: train_log_loss');
  });

  it('fails with its own reason', async () => {
    const wrong = job({ params: { features: 'a,z' } });
    const outcome = await bench.collect(wrong, await bench.dispatch(wrong));
    expect(outcome).toMatchObject({ state: 'failed', class: 'user', exitCode: 1 });
    expect(outcome.reason).toContain('BinderException');
  });
});
