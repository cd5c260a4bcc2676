import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { JobOrder } from '../../../activities/ports/job-order.js';
import { writeConfig } from '../../../wrapper/config-files.js';
import { layoutOf } from '../../../wrapper/layout.js';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'config-files-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const order = (more: Partial<JobOrder>): JobOrder =>
  ({
    params: {},
    columns: { features: ['place'], label: 'label' },
    channels: {},
    resources: { cpus: 1, gpus: 0, memory: '1GiB' },
    ...more,
  }) as JobOrder;

async function config(name: string): Promise<unknown> {
  const text = await readFile(join(layoutOf(folder).config, name), 'utf8').catch(() => 'null');
  return JSON.parse(text) as unknown;
}

describe('the configuration of a trainer', () => {
  it('names the problem with its classes, and the types of the features', async () => {
    const signature = {
      inputs: [{ name: 'place', type: 'string' as const, nullable: false }],
      outputs: [{ name: 'probabilities', type: 'float32' as const, width: 3 }],
    };
    const problem = { type: 'multiclass-classification' as const, classes: ['sun', 'rain', 'fog'] };

    await writeConfig(order({ problem, signature }), layoutOf(folder));

    expect(await config('problem.json')).toEqual({
      problem: 'multiclass-classification',
      classes: ['sun', 'rain', 'fog'],
    });
    expect(await config('signature.json')).toEqual(signature);
  });

  it('names the quantiles of a regression', async () => {
    await writeConfig(order({ problem: { type: 'regression', quantiles: [0.1, 0.9] } }), layoutOf(folder));

    expect(await config('problem.json')).toEqual({ problem: 'regression', quantiles: [0.1, 0.9] });
  });

  it('takes an order without a problem for a binary one', async () => {
    await writeConfig(order({}), layoutOf(folder));

    expect(await config('problem.json')).toEqual({ problem: 'binary-classification' });
    expect(await config('signature.json')).toBeNull();
  });
});
