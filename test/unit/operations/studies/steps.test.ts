import { describe, expect, it } from 'vitest';
import { fail } from '../../../../contracts/failures.js';
import { toCaller } from '../../../../operations/caller.js';
import { operations } from '../../../../operations/index.js';
import type { Services } from '../../../../operations/ports/services.js';
import { UpdateRefused } from '../../../../operations/ports/workflows.js';

/** A search that refuses each step with this message, and with a remedy of its own or that of its failure type. */
function refusing(message: string, remedy?: string): Services {
  const cause = fail('InvalidInput', message, { remedy });
  const registry = { run: async () => ({ model: 'tiny', run: 'r' }) };
  return {
    records: async () => ({ registry }),
    workflows: async () => ({
      update: async () => {
        throw new UpdateRefused(message, cause.remedy, { cause });
      },
    }),
  } as unknown as Services;
}
const { pause, resume, stop, extend } = operations.studies;
const caller = toCaller({ name: 'ada' });
const { signal } = new AbortController();
const note = { run: 'tiny/r', by: undefined, reason: 'why' };

describe('a step that a search does not take now', () => {
  const ended = 'the study was stopped by bob (enough): it only ends now';

  it.each([
    ['pause', 'bob has paused it already: night', /`mainspring study resume tiny\/r --reason …`/],
    ['pause', ended, /If it was stopped, wait for its end: `mainspring watch tiny\/r`/],
    ['resume', 'it is not paused', /^There is nothing to resume.*`mainspring watch tiny\/r`/],
    ['resume', ended, /^There is nothing to resume/],
    ['stop', ended, /^There is nothing more to do: the search is ending/],
  ] as const)('says what to do: %s, %s', async (verb, message, remedy) => {
    const step = { pause, resume, stop }[verb];
    await expect(step.run(refusing(message), note, caller, signal)).rejects.toMatchObject({
      kind: 'refused',
      message,
      remedy: expect.stringMatching(remedy) as string,
    });
  });

  it('says for more trials that a stopped search takes none', async () => {
    const more = { run: 'tiny/r', by: undefined, trials: 5 };
    await expect(extend.run(refusing(ended), more, caller, signal)).rejects.toMatchObject({
      remedy: expect.stringMatching(/takes no more trials.*start another run/) as string,
    });
  });

  it('keeps the remedy that the search gives itself', async () => {
    const more = { run: 'tiny/r', by: undefined, trials: 5 };
    const services = refusing('the grid has 9 points', 'Extend by 3 at most.');
    await expect(extend.run(services, more, caller, signal)).rejects.toMatchObject({
      remedy: 'Extend by 3 at most.',
    });
  });
});
