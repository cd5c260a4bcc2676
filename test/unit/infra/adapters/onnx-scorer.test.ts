import { writeFile, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { batchOf } from '../../../../contracts/feature-batch.js';
import { BINARY, type Problem, signatureOf } from '../../../../contracts/problems/index.js';
import { type SignatureInput, numericSignature } from '../../../../contracts/signature.js';
import { openScorer } from '../../../../infra/adapters/onnx/scorer.js';
import { modelFile } from '../../../support/models/model-file.js';

const scorer = openScorer();
const CLASSES: Problem = { type: 'multiclass-classification', classes: ['a', 'b', 'c'] };
const INPUTS: SignatureInput[] = [
  { name: 'amount', type: 'float32', nullable: true },
  { name: 'count', type: 'int64', nullable: false },
  { name: 'flag', type: 'bool', nullable: false },
  { name: 'city', type: 'string', nullable: true },
];
const TYPED = { signature: signatureOf(INPUTS, CLASSES), problem: CLASSES };
const TWO = { signature: numericSignature(['x1', 'x2']), problem: BINARY };

describe('a model on the engine’s runtime', () => {
  it('gives the probability of label 1 of each row', async () => {
    const model = await scorer.load(modelFile('good'), 'candidate', TWO);
    const scores = await model.score({ rows: 2, dense: Float32Array.of(0, 0, 1, 1) });
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
    ['other-output', /outputs \(label: int64.*scores: float32.*expected an output probabilities/],
  ] as const)('is refused when its shape is not what was promised: %s', async (name, message) => {
    await expect(scorer.load(modelFile(name), 'candidate', TWO)).rejects.toMatchObject({
      type: 'ModelUnusable',
      message: expect.stringMatching(message) as string,
    });
  });

  it('takes one input a feature, each of its own type, and gives a probability a class', async () => {
    const model = await scorer.load(modelFile('typed'), 'candidate', TYPED);
    const batch = batchOf(
      [
        [0.5, 2, true, 'Genf'],
        [1.5, 4, false, 'Chur'],
      ],
      TYPED.signature,
    );
    const probabilities = await model.score(batch);
    await model.release();

    expect(model.takes).toBe('columns');
    const softmax = (margins: number[]) => {
      const total = margins.reduce((sum, margin) => sum + Math.exp(margin), 0);
      return margins.map((margin) => Math.exp(margin) / total);
    };
    const expected = [...softmax([0.5, 1, 1 + 0.5 * 2]), ...softmax([1.5, 2, 0 - 0.5])];
    probabilities.forEach((found, at) => expect(found).toBeCloseTo(expected[at]!, 6));
  });

  it('gives a prediction with its quantiles', async () => {
    const problem: Problem = { type: 'regression', quantiles: [0.1, 0.9] };
    const model = await scorer.load(modelFile('regression'), 'candidate', { ...TWO, problem });
    const found = await model.score({ rows: 2, dense: Float32Array.of(1, 2, 3, 4) });
    await model.release();

    expect(Array.from(found)).toEqual([5, 4, 6, 11, 10, 12]);
  });

  it.each([
    [
      'city',
      { type: 'float32', nullable: true },
      /input city: string.*expected float32 or float64\[rows, 1\] for feature city/,
      /Feed a feature that may be null to a float input/,
    ],
    [
      'count',
      { type: 'int64', nullable: true },
      /input count: int64.*feature count \(int64, nullable\)/,
      /NaN is the missing value/,
    ],
    ['flag', { name: 'late' }, /an input flag that is no feature/, /Name each input as its feature/],
  ] as const)(
    'is refused when an input does not fit its feature: %s',
    async (name, change, message, remedy) => {
      const inputs = TYPED.signature.inputs.map((input) =>
        input.name === name ? { ...input, ...change } : input,
      );
      const shape = { ...TYPED, signature: { ...TYPED.signature, inputs } };
      await expect(scorer.load(modelFile('typed'), 'candidate', shape)).rejects.toMatchObject({
        type: 'ModelUnusable',
        message: expect.stringMatching(message) as string,
        remedy: expect.stringMatching(remedy) as string,
      });
    },
  );

  it('is refused when it takes a matrix and a feature is a text', async () => {
    await expect(scorer.load(modelFile('good'), 'candidate', TYPED)).rejects.toThrow(
      /an input features that is no feature/,
    );
  });

  it('is refused when it is no ONNX file', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'scorer-'));
    try {
      await writeFile(join(folder, 'model.onnx'), 'not a model');
      await expect(scorer.load(join(folder, 'model.onnx'), 'champion', TWO)).rejects.toMatchObject({
        type: 'ModelUnusable',
        message: expect.stringMatching(/the champion is not a model that onnxruntime can load/) as string,
      });
    } finally {
      await rm(folder, { recursive: true });
    }
  });
});
