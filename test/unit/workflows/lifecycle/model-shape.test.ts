import { describe, expect, it } from 'vitest';
import type { DataPipelineResult } from '../../../../contracts/data.js';
import type { FeatureType, SignatureInput } from '../../../../contracts/signature.js';
import type { ModelSpec } from '../../../../contracts/spec/model-spec.js';
import { modelShape } from '../../../../workflows/lifecycle/stages/model-shape.js';

const inputs = (...types: FeatureType[]): SignatureInput[] =>
  types.map((type, at) => ({ name: `x${at}`, type, nullable: true }));

const shape = (problem: string, split: { inputs?: SignatureInput[] }) =>
  modelShape(
    { charter: { problem }, data: { label: {} }, training: {} } as unknown as ModelSpec,
    { split } as unknown as DataPipelineResult,
  );

describe('the shape of a model in messages', () => {
  it('is absent for a binary classifier of floats, which workers of an earlier version know', () => {
    expect(shape('binary-classification', { inputs: inputs('float32', 'float64') })).toEqual({});
  });

  it('is absent when the split comes from a worker that does not tell the types', () => {
    expect(shape('binary-classification', {})).toEqual({});
  });

  it('has the signature as soon as one feature is no float', () => {
    const typed = inputs('float32', 'string');
    expect(shape('binary-classification', { inputs: typed }).signature?.inputs).toEqual(typed);
  });

  it('has problem and signature for every other problem', () => {
    expect(shape('regression', { inputs: inputs('float32') })).toMatchObject({
      problem: { type: 'regression' },
      signature: { inputs: inputs('float32') },
    });
  });
});
