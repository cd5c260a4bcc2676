import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { alwaysEnds, operatorsOf } from '../../../../infra/adapters/onnx/operators.js';
import { modelFile } from '../../../support/models/model-file.js';

const bytesOf = (name: Parameters<typeof modelFile>[0]) => readFileSync(modelFile(name));

describe('the operators of a model', () => {
  it('are read from its file', () => {
    expect(operatorsOf(bytesOf('good'))).toEqual(
      new Set(['Gemm', 'Sigmoid', 'Sub', 'Concat', 'Greater', 'Cast']),
    );
    expect([...operatorsOf(bytesOf('loop'))]).toEqual(expect.arrayContaining(['Loop', 'subgraph']));
  });

  it('tell whether every run ends', () => {
    for (const name of ['good', 'typed', 'regression'] as const) expect(alwaysEnds(bytesOf(name))).toBe(true);
    expect(alwaysEnds(bytesOf('loop'))).toBe(false);
    for (const bytes of ['', 'no model', '\x7f\xff\xff\xff\xff\xff'])
      expect(alwaysEnds(Buffer.from(bytes, 'latin1'))).toBe(false);
  });
});
