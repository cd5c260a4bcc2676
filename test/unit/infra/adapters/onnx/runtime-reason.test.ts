import { copyFile, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { BINARY } from '../../../../../contracts/problems/index.js';
import { numericSignature } from '../../../../../contracts/signature.js';
import { modelProcesses, servingLimits } from '../../../../../infra/adapters/onnx/model-processes.js';
import { quickModels } from '../../../../../infra/adapters/onnx/quick-models.js';
import { artifactAt, runtimeReason } from '../../../../../infra/adapters/onnx/runtime-reason.js';
import { inThisProcess } from '../../../../../infra/adapters/onnx/runtime.js';
import { openScorer } from '../../../../../infra/adapters/onnx/scorer.js';
import { modelFile } from '../../../../support/models/model-file.js';

/** What people read of onnxruntime's errors: its reason, without the place of the file on the server. */

const SHAPE = { signature: numericSignature(['x1', 'x2']), problem: BINARY };
const DIGEST = '5382'.repeat(16);
let folder: string;
let cache: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'runtime-reason-'));
  cache = join(folder, 'cache', '53');
  await mkdir(cache, { recursive: true });
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const runtimes = [
  ['in a process of its own', modelProcesses(servingLimits)],
  ['of a gateway', quickModels(servingLimits)],
  ['in this process', inThisProcess],
] as const;

describe.each(runtimes)('a file that is no model, %s', (_where, runtime) => {
  it.each<[string, (good: Buffer) => Buffer, RegExp]>([
    ['text', () => Buffer.from('not a model'), /: Protobuf parsing failed; expected/],
    ['nothing', () => Buffer.alloc(0), /: ModelProto does not have a graph; expected/],
    ['half of it', (good) => good.subarray(0, good.length / 2), /: Protobuf parsing failed; expected/],
    [
      'an unknown operator',
      (good) => Buffer.from(good.toString('latin1').replaceAll('Sigmoid', 'Sigmoie'), 'latin1'),
      /: This is an invalid model\. .*Sigmoie/,
    ],
  ])('is told by its digest and the reason of the runtime: %s', async (_what, change, reason) => {
    const path = join(cache, DIGEST);
    await writeFile(path, change(await readFile(modelFile('good'))));
    const error = await openScorer(runtime)
      .load(path, 'version 2', SHAPE)
      .catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ type: 'ModelUnusable', message: expect.stringMatching(reason) as string });
    const { message } = error as Error;
    expect(message).toContain(`the version 2 (artifact ${DIGEST}) is not a model that onnxruntime can load`);
    expect(message).not.toMatch(/Error:|\/cache\/|onnxruntime_src|failed:/);
    expect(message).not.toContain(folder);
  });

  it('that fails on rows says so without the name of an error class', async () => {
    const path = join(folder, 'model.onnx');
    await copyFile(modelFile('good'), path);
    const model = await openScorer(runtime).load(path, 'candidate', SHAPE);
    const error = await model
      .score({ rows: 2, dense: Float32Array.of(1) })
      .catch((thrown: unknown) => thrown as Error);
    await model.release();
    expect(error).toMatchObject({
      message: expect.stringMatching(/^the candidate failed on 2 rows: /) as string,
    });
    expect((error as Error).message).not.toMatch(/Error: /);
  });
});

describe('the reason of the runtime', () => {
  it('keeps the names of a model’s nodes, which look like paths, and no place in the runtime’s source', () => {
    const said =
      "Error: Non-zero status code returned while running Reshape node. Name:'/head/Reshape' Status Message: " +
      '/onnxruntime_src/onnxruntime/core/providers/cpu/tensor/reshape_helper.h:41 onnxruntime::ReshapeHelper::ReshapeHelper(const onnxruntime::TensorShape&, bool) ' +
      'size was false. File /srv/cache/ab/weights.bin is missing\n';
    expect(runtimeReason(new Error(said), '/srv/cache/ab/model.onnx')).toBe(
      "Non-zero status code returned while running Reshape node. Name:'/head/Reshape' Status Message: size was false. File weights.bin is missing",
    );
  });

  it('is bounded', () => {
    expect(runtimeReason('x'.repeat(5_000), '/a/b').length).toBeLessThan(1_100);
  });

  it('names an artifact only for a file that is one', () => {
    expect(artifactAt('/a/model.onnx')).toBe('');
  });
});
