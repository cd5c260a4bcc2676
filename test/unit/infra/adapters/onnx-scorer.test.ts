import { writeFile, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { openScorer } from '../../../../infra/adapters/onnx/scorer.js';
import { modelFile } from '../../../support/models/model-file.js';

const scorer = openScorer();

describe('a model on the engine’s runtime', () => {
  it('gives the probability of label 1 of each row', async () => {
    const model = await scorer.load(modelFile('good'), 'candidate', 2);
    const scores = await model.score(Float32Array.of(0, 0, 1, 1), 2);
    await model.release();

    expect(scores[0]).toBeCloseTo(1 / (1 + Math.exp(1)), 6);
    expect(scores[1]).toBeCloseTo(1 / (1 + Math.exp(-1.5)), 6);
  });

  it.each([
    [
      'three-features',
      /candidate.*features: float32\[, 3\].*expected one input features: float32\[rows, 2\].*features\.set/,
    ],
    ['other-input', /inputs \(x: float32.*expected one input features/],
    [
      'other-output',
      /outputs \(label: int64.*scores: float32.*expected an output probabilities.*zipmap=False/,
    ],
  ] as const)('is refused when its shape is not what was promised: %s', async (name, message) => {
    await expect(scorer.load(modelFile(name), 'candidate', 2)).rejects.toMatchObject({
      type: 'ModelUnusable',
      nonRetryable: true,
      message: expect.stringMatching(message) as string,
    });
  });

  it('is refused when it is no ONNX file', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'scorer-'));
    try {
      await writeFile(join(folder, 'model.onnx'), 'not a model');
      await expect(scorer.load(join(folder, 'model.onnx'), 'champion', 2)).rejects.toMatchObject({
        type: 'ModelUnusable',
        message: expect.stringMatching(/the champion is not a model that onnxruntime can load/) as string,
      });
    } finally {
      await rm(folder, { recursive: true });
    }
  });
});
