import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readHead } from '../../../activities/training/lease/head.js';
import { type TrainingBench, trainingBench } from '../../support/training/bench.js';

let bench: TrainingBench;
beforeAll(async () => {
  bench = await trainingBench();
  await bench.buildEnvironment();
});
afterAll(() => bench?.close());

describe('a training job on the local backend', () => {
  it('ends with the metrics and the model of its trainer', async () => {
    const job = bench.job('ok.py', { params: { x: 3 }, resources: { cpus: 2, memory: '1GiB', gpus: 0 } });
    const attempt = await bench.dispatch(job);
    const outcome = await bench.collect(job, attempt);

    expect(outcome.reason).toBe('');
    expect(outcome).toMatchObject({ state: 'succeeded', class: 'succeeded', attempt: 1 });
    expect(outcome.result?.metrics).toEqual({ log_loss: 0.5, x: 3, cpus: 2, in_environment: 1 });
    const model = await bench.artifacts.read(outcome.result!.model);
    expect(model.toString()).toBe(`onnx of ${attempt.jobKey}`);
    expect(outcome.spend.wallSeconds).toBeGreaterThan(0);
    expect(outcome.spend.cpuSeconds).toBeGreaterThan(0);
    expect(await readHead(bench.objects, job.intent)).toMatchObject({ attempt: 1, result: { attempt: 1 } });
  });
});
