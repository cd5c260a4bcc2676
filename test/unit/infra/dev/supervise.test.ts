import { describe, expect, it } from 'vitest';
import { type Part, supervise } from '../../../../infra/dev/supervise.js';

/** A part of the stack that the test ends. */
function controlled(failures: Error[] = []) {
  const ends: ((how: string) => void)[] = [];
  const part: Part = {
    name: 'thing',
    start: async (onSpawn) => {
      const failure = failures.shift();
      if (failure) throw failure;
      const identity = { pid: 1_000_000 + ends.length, startedAt: '' };
      onSpawn(identity);
      const exited = new Promise<string>((resolve) => ends.push(resolve));
      return { ...identity, exited, stop: async () => ends.at(-1)?.('SIGTERM') };
    },
  };
  const said: string[] = [];
  const held = new Set<string>();
  const supervised = supervise(part, {
    spawned: (name) => held.add(name),
    gone: (name) => held.delete(name),
    say: (line) => said.push(line),
  });
  return { supervised, ends, said, held };
}

const until = (condition: () => boolean) => expect.poll(condition, { timeout: 5_000 }).toBe(true);

describe('supervise', () => {
  it('restarts a part that ended, and reports it', async () => {
    const { supervised, ends, said } = controlled();
    await supervised.ready;

    ends[0]?.('SIGKILL');
    await until(() => ends.length === 2);
    await until(() => supervised.status().state === 'running');

    expect(said).toEqual([
      'thing ended (SIGKILL); starting it again in 0.25 s',
      'thing runs again (pid 1000001)',
    ]);
    expect(supervised.status().restarts).toBe(1);
    await supervised.stop();
  });

  it('waits longer each time that it ends at once', async () => {
    const { supervised, ends, said } = controlled();
    await supervised.ready;
    for (const n of [1, 2]) {
      ends[n - 1]?.('exit code 1');
      await until(() => ends.length === n + 1);
    }
    expect(said.filter((line) => line.includes('starting it again')).map((line) => line.slice(-6))).toEqual([
      '0.25 s',
      ' 0.5 s',
    ]);
    await supervised.stop();
  });

  it('rejects if the first start fails, and does not try again', async () => {
    const { supervised, ends } = controlled([new Error('no such program')]);
    await expect(supervised.ready).rejects.toThrow('no such program');
    expect(ends).toEqual([]);
    await supervised.stop();
  });

  it('tries again when a later start fails', async () => {
    const failures: Error[] = [];
    const { supervised, ends, said } = controlled(failures);
    await supervised.ready;
    failures.push(new Error('port is taken'));

    ends[0]?.('SIGKILL');
    await until(() => ends.length === 2);

    expect(said).toContain('thing ended (port is taken); starting it again in 0.5 s');
    await supervised.stop();
  });

  it('removes a stopped part from the record, and does not restart it', async () => {
    const { supervised, ends, held } = controlled();
    await supervised.ready;
    expect(held).toEqual(new Set(['thing']));

    await supervised.stop();

    expect(held).toEqual(new Set());
    expect(ends).toHaveLength(1);
    expect(supervised.status().state).toBe('stopped');
  });
});
