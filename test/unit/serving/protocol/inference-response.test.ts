import { describe, expect, it } from 'vitest';
import { BINARY } from '../../../../contracts/problems/index.js';
import { binaryResponse, inferenceResponse } from '../../../../serving/protocol/inference-response.js';

const outputs = (text: string): unknown => (JSON.parse(text) as { outputs: unknown }).outputs;

describe('an answer', () => {
  it('of a binary classifier has a fixed text', () => {
    const answer = { problem: BINARY, rows: 2, predictions: Float32Array.of(0.5, 0.25), versions: 3 };
    expect(inferenceResponse('tiny', 'r-1', answer)).toBe(
      '{"model_name":"tiny","model_version":"3","id":"r-1","outputs":[{"name":"probability","shape":[2],"datatype":"FP32","data":[0.5,0.25]}]}',
    );
    expect(inferenceResponse('tiny', 'r-1', { ...answer, versions: [4, 3] })).toContain(
      '"model_version":"3","parameters":{"model_versions":["4","3"]}',
    );
  });

  it('of a multiclass classifier has all probabilities and the most probable class', () => {
    const problem = { type: 'multiclass-classification' as const, classes: ['a', 'b', 'c'] };
    const predictions = Float32Array.of(0.25, 0.5, 0.25, 0.5, 0, 0.5);
    expect(outputs(inferenceResponse('m', '1', { problem, rows: 2, predictions, versions: 1 }))).toEqual([
      { name: 'probabilities', shape: [2, 3], datatype: 'FP32', data: [0.25, 0.5, 0.25, 0.5, 0, 0.5] },
      { name: 'class', shape: [2], datatype: 'BYTES', data: ['b', 'a'] },
    ]);
  });

  it('has only the outputs that were asked for', () => {
    const problem = { type: 'multiclass-classification' as const, classes: ['a', 'b', 'c'] };
    const answer = { problem, rows: 1, predictions: Float32Array.of(0.25, 0.5, 0.25), versions: 1 };
    const classOnly = [{ name: 'class', shape: [1], datatype: 'BYTES', data: ['b'] }];
    expect(outputs(inferenceResponse('m', '1', answer, new Map([['class', false]])))).toEqual(classOnly);
    const { body, jsonBytes } = binaryResponse('m', '1', answer, new Map([['probabilities', true]]));
    expect(outputs(body.subarray(0, jsonBytes).toString())).toEqual([
      { name: 'probabilities', shape: [1, 3], datatype: 'FP32', parameters: { binary_data_size: 12 } },
    ]);
    expect(body).toHaveLength(jsonBytes + 12);
  });

  it('of a regression has the predictions, and the quantiles if the model gives any', () => {
    const problem = { type: 'regression' as const, quantiles: [0.1, 0.9] };
    const predictions = Float32Array.of(5, 4, 6, 50, 40, 60);
    expect(outputs(inferenceResponse('m', '1', { problem, rows: 2, predictions, versions: 1 }))).toEqual([
      { name: 'prediction', shape: [2], datatype: 'FP32', data: [5, 50] },
      { name: 'quantiles', shape: [2, 2], datatype: 'FP32', data: [4, 6, 40, 60] },
    ]);
    const one = { problem: { type: 'regression' as const }, rows: 1, predictions: Float32Array.of(7) };
    expect(outputs(inferenceResponse('m', '1', { ...one, versions: 1 }))).toHaveLength(1);
  });
});
