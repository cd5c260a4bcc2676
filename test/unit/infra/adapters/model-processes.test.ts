import { readFile, readdir } from 'node:fs/promises';
import { getPriority } from 'node:os';
import { afterEach, describe, expect, it } from 'vitest';
import type { LoadedModel } from '../../../../activities/ports/scorer.js';
import { BINARY } from '../../../../contracts/problems/index.js';
import { numericSignature } from '../../../../contracts/signature.js';
import { modelProcesses, servingLimits } from '../../../../infra/adapters/onnx/model-processes.js';
import { openScorer } from '../../../../infra/adapters/onnx/scorer.js';
import { modelFile } from '../../../support/models/model-file.js';

const SHAPE = { signature: numericSignature(['x1', 'x2']), problem: BINARY };
const limits = {
  ...servingLimits,
  runMs: 700,
  restartMs: [10, 20] as [number, number],
  outMs: [2_000, 8_000] as [number, number],
};

const open: LoadedModel[] = [];
const load = async (name: Parameters<typeof modelFile>[0], change = {}): Promise<LoadedModel> => {
  const processes = modelProcesses({ ...limits, ...change });
  const model = await openScorer(processes).load(modelFile(name), `model ${name}`, SHAPE);
  open.push(model);
  return model;
};
afterEach(async () => {
  await Promise.all(open.splice(0).map((model) => model.release()));
});

const row = (x1: number, x2 = 1) => ({ rows: 1, dense: Float32Array.of(x1, x2) });
const HANGS = row(1e7);

/** Processes of models that this process has started. */
async function children(): Promise<number[]> {
  const found: number[] = [];
  for (const pid of (await readdir('/proc')).filter((name) => /^\d+$/.test(name))) {
    const status = await readFile(`/proc/${pid}/status`, 'utf8').catch(() => '');
    const command = await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '');
    if (
      command.includes('model-process.js') &&
      status.includes(`PPid:\t${process.pid}\n`) &&
      !status.includes('State:\tZ')
    )
      found.push(Number(pid));
  }
  return found;
}

describe('a model in a process of its own', { timeout: 60_000 }, () => {
  it('answers like one in this process', async () => {
    const [own, here] = [await load('good'), await openScorer().load(modelFile('good'), 'model', SHAPE)];
    const batch = { rows: 3, dense: Float32Array.of(0, 0, 1, 1, -2, 0.5) };
    expect(await own.score(batch)).toEqual(await here.score(batch));
    await here.release();
  });

  it('is ended when a run never ends, says so, and answers again in a new process', async () => {
    await expect.poll(children, { timeout: 5_000 }).toEqual([]);
    const model = await load('loop');
    const [before] = await children();
    await expect(model.score(HANGS)).rejects.toMatchObject({
      type: 'ModelTooSlow',
      message: expect.stringContaining('the model loop did not answer 1 rows within 0.7') as string,
    });
    expect(await model.score(row(1))).toHaveLength(1);
    const after = await children();
    expect(after).toHaveLength(1);
    expect(after).not.toContain(before);
  });

  it('does not delay this process or another model while it hangs', async () => {
    const [hanging, good] = [await load('loop'), await load('good')];
    let isHanging = true;
    const hung = hanging
      .score(HANGS)
      .catch((error: unknown) => error)
      .finally(() => (isHanging = false));
    let meanwhile = 0;
    for (let n = 0; n < 20; n++) {
      await good.score(row(n));
      meanwhile += Number(isHanging);
    }
    expect(meanwhile).toBeGreaterThan(0);
    expect(await hung).toMatchObject({ type: 'ModelTooSlow' });
  });

  it('gives way to quicker ones once a run takes long, and only then', async () => {
    await expect.poll(children, { timeout: 5_000 }).toEqual([]);
    const model = await load('loop', { runMs: 60_000 });
    const [pid = 0] = await children();
    await model.score(row(1));
    expect(getPriority(pid)).toBe(5);
    const hung = model.score(HANGS).catch((error: unknown) => error);
    await expect.poll(() => getPriority(pid), { timeout: 50_000 }).toBe(9);
    await model.release();
    await hung;
  });

  it('is out of service for a while after three ends in a row, and then answers again', async () => {
    const model = await load('loop');
    for (let n = 0; n < 3; n++) await expect(model.score(HANGS)).rejects.toThrow('did not answer');
    await expect(model.score(row(1))).rejects.toMatchObject({
      type: 'ModelTooSlow',
      message: expect.stringContaining('out of service for another') as string,
    });
    await new Promise((resolve) => setTimeout(resolve, 2_100));
    expect(await model.score(row(1))).toHaveLength(1);
  });

  it('that crashes fails the run that it had, and answers again in a new process', async () => {
    const earlier = await children();
    const model = await load('loop');
    const own = (await children()).filter((pid) => !earlier.includes(pid));
    const hung = model.score(HANGS).catch((error: unknown) => error);
    for (const pid of own) process.kill(pid, 'SIGABRT');
    expect(await hung).toMatchObject({
      type: 'ModelUnusable',
      message: 'the process of the model loop ended by itself (SIGABRT)',
    });
    expect(await model.score(row(1))).toHaveLength(1);
  });

  it('is told apart from a model that refuses some rows, which keeps its process', async () => {
    await expect.poll(children, { timeout: 5_000 }).toEqual([]);
    const model = await load('good');
    const [before] = await children();
    await expect(model.score({ rows: 2, dense: Float32Array.of(1) })).rejects.toMatchObject({
      type: 'ModelUnusable',
    });
    expect(await children()).toEqual([before]);
  });

  it('leaves no process when it is released, also while it hangs, or when it is no model', async () => {
    const model = await load('loop');
    const hung = model.score(HANGS).catch((error: unknown) => error);
    await model.release();
    expect(await hung).toMatchObject({ message: expect.stringContaining('was released') as string });
    await expect(
      openScorer(modelProcesses(limits)).load(import.meta.filename, 'candidate', SHAPE),
    ).rejects.toMatchObject({
      type: 'ModelUnusable',
      message: expect.stringContaining('onnxruntime can load') as string,
    });
    await expect.poll(children, { timeout: 5_000 }).toEqual([]);
  });
});
