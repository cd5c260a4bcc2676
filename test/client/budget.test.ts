import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { type ClientHarness, clientHarness } from '../support/client.js';

/** Each command is a process that compiles as it loads: seconds on a busy machine. */
vi.setConfig({ testTimeout: 240_000 });

let harness: ClientHarness;
beforeAll(async () => {
  harness = await clientHarness('budget');
});
afterAll(() => harness?.close());

describe('budgets and pools, from the command line', () => {
  it('are set, changed by the part that is named, and listed', async () => {
    const set = await harness.cli(['budget', 'set', 'vision', '--gpu-hours', '40', '--by', 'maya', '--json']);
    expect(set.exitCode, set.stderr).toBe(0);
    expect(JSON.parse(set.stdout)).toMatchObject({ account: 'vision', limit: { gpuHours: 40, money: null } });
    await harness.mainspring.setBudget('vision', { money: 300, by: 'maya' });
    const list = await harness.cli(['budget']);
    expect(list.stdout).toMatch(/vision +GPU-hours +40\.000/);
    expect(list.stdout).toMatch(/money +300\.000/);
    expect(await harness.mainspring.budgetLedger('vision')).toEqual([]);
    const pool = await harness.cli([
      'pool',
      'set',
      'desk',
      '--gpus',
      '4',
      '--jobs',
      '2',
      '--weight',
      'vision=3',
    ]);
    expect(pool.stdout, pool.stderr).toMatch(/desk +local +0 of 4 +0 of 2 +vision +3/);
  });

  it('say what is wrong with a limit, an account, a price and a pool', async () => {
    const { mainspring } = harness;
    const by = 'maya';
    await expect(mainspring.setBudget('vision', { by })).rejects.toThrow('no limit is named');
    await expect(mainspring.setBudget('vision', { by, money: -1 })).rejects.toThrow('money is -1');
    await expect(mainspring.budgetLedger('visoin')).rejects.toMatchObject({
      kind: 'not-found',
      remedy: expect.stringContaining('Did you mean "vision"?') as string,
    });
    await expect(mainspring.setPrice('slrm', { gpuHour: 1, cpuHour: 1, by })).rejects.toThrow('"slrm"');
    expect(await mainspring.setPrice('slurm', { gpuHour: 2.5, cpuHour: 0.04, by })).toMatchObject([
      { backend: 'slurm', gpuHour: 2.5, cpuHour: 0.04 },
    ]);
    await expect(mainspring.setPool('two', { backend: 'local', jobs: 1, by })).rejects.toMatchObject({
      kind: 'refused',
    });
    await expect(mainspring.setPool('none', { backend: 'ray', by })).rejects.toThrow('without a limit');
  });
});
