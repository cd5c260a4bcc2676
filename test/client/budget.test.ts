import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { runCli } from '../../client/run-cli.js';
import { type ClientHarness, clientHarness } from '../support/client.js';
import { specInput } from '../support/fixtures.js';

/** Each command is a process that compiles at its start, which takes seconds on a busy machine. */
vi.setConfig({ testTimeout: 240_000 });

let harness: ClientHarness;
beforeAll(async () => {
  harness = await clientHarness('client-budget');
});
afterAll(() => harness?.close());

describe('budgets and pools, from the command line', () => {
  it('are set, changed by the part that is named, and listed', async () => {
    const set = await harness.cli(['budget', 'set', 'vision', '--gpu-hours', '40', '--by', 'maya', '--json']);
    expect(set.exitCode, set.stderr).toBe(0);
    expect(JSON.parse(set.stdout)).toMatchObject({ account: 'vision', limit: { gpuHours: 40, money: null } });
    await harness.mainspring.budgets.set('vision', { money: 300, by: 'maya' });
    const list = await harness.cli(['budget']);
    expect(list.stdout).toMatch(/vision +GPU-hours +40\.000/);
    expect(list.stdout).toMatch(/money +300\.000/);
    expect(await harness.mainspring.budgets.ledger('vision')).toEqual([]);
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
    await expect(mainspring.budgets.set('vision', { by })).rejects.toThrow('no limit is named');
    await expect(mainspring.budgets.set('vision', { by, money: -1 })).rejects.toThrow(
      'money is -1, allowed: a number, at least 0',
    );
    await expect(mainspring.budgets.ledger('visoin')).rejects.toMatchObject({
      kind: 'not-found',
      remedy: expect.stringContaining('Did you mean "vision"?') as string,
    });
    await expect(mainspring.prices.set('slurm', { by })).rejects.toThrow('no price is named');
    await expect(mainspring.pools.set('desk', { backend: 'local', jobs: 0, by })).rejects.toThrow(
      'jobs is 0, allowed: a whole number, at least 1',
    );
    await expect(mainspring.prices.set('slrm', { gpuHour: 1, cpuHour: 1, by })).rejects.toThrow('"slrm"');
    expect(await mainspring.prices.set('slurm', { gpuHour: 2.5, cpuHour: 0.04, by })).toMatchObject([
      { backend: 'slurm', gpuHour: 2.5, cpuHour: 0.04 },
    ]);
    // A price that is not named stays unchanged.
    expect(await mainspring.prices.set('slurm', { cpuHour: 0.05, by })).toMatchObject([
      { backend: 'slurm', gpuHour: 2.5, cpuHour: 0.05 },
    ]);
    await expect(mainspring.pools.set('two', { backend: 'local', jobs: 1, by })).rejects.toMatchObject({
      kind: 'refused',
    });
    await expect(mainspring.pools.set('none', { backend: 'ray', by })).rejects.toThrow('without a limit');
  });

  it.each([
    [
      ['budget', 'set', 'vision', '--gpu-hours', 'abc'],
      '--gpu-hours is "abc", allowed: one number in digits, at least 0',
    ],
    [['budget', 'set', 'vision', '--money', '-1'], '--money is "-1"'],
    [['budget', 'set', 'vision', '--money'], '--money needs a value'],
    [
      ['budget', 'ledger', 'vision', '--limit', '-3'],
      '--limit is "-3", allowed: one whole number in digits, at least 1',
    ],
    [['jobs', '--all', '--limit', 'abc'], '--limit is "abc"'],
    [['study', 'some-run', '--limit', '0'], '--limit is "0"'],
    [
      ['study', 'extend', 'some-run', '--trials', '1.5'],
      '--trials is "1.5", allowed: one whole number in digits, 1 to 100000',
    ],
    [['study', 'pause', 'some-run'], '--reason is missing'],
    [
      ['pool', 'set', 'desk', '--jobs', '-1'],
      '--jobs is "-1", allowed: one whole number in digits, at least 1',
    ],
    [['logs'], 'Usage: mainspring logs <job>'],
  ])('refuse `%s` with the option, its value and what is allowed', async (args, message) => {
    const { exitCode, stderr, stdout } = await cliHere(args);
    expect(stderr).toContain(message);
    expect(stderr).not.toMatch(/\n +at /);
    expect([exitCode, stdout]).toEqual([2, '']);
  });

  it('refuse a start whose account is not there, before anything is written', async () => {
    const { training } = specInput;
    const file = await harness.modelFile('unfunded', {
      training: { ...training, budget: { account: 'visoin', onExhausted: 'ask' } },
    });
    await expect(
      harness.mainspring.lifecycles.start(file, { by: 'ada', run: 'unfunded-1' }),
    ).rejects.toMatchObject({
      kind: 'refused',
      message: 'training.budget.account is "visoin", and there is no such account',
      remedy: expect.stringContaining('Did you mean "vision"?') as string,
    });
    expect(await harness.mainspring.lifecycles.list({ model: specInput.model }).catch(() => [])).toEqual([]);
  });
});

/** Runs the command line in this process, which is faster than a process of its own. */
async function cliHere(args: string[]) {
  const said = { stdout: '', stderr: '' };
  const stream = (name: keyof typeof said) =>
    ({ write: (chunk: string) => ((said[name] += chunk), true), isTTY: false }) as NodeJS.WriteStream;
  const { signal } = new AbortController();
  const { environment } = harness;
  const to = { stdout: stream('stdout'), stderr: stream('stderr') };
  return { exitCode: await runCli({ args, environment, ...to, user: 'ada', signal }), ...said };
}
