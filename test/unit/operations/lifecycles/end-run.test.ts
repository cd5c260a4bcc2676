import { describe, expect, it } from 'vitest';
import { fail } from '../../../../contracts/failures.js';
import { endRun } from '../../../../operations/lifecycles/end-run.js';
import { MainspringError } from '../../../../operations/errors.js';
import type { Services } from '../../../../operations/ports/services.js';
import { UpdateRefused, WorkflowGone } from '../../../../operations/ports/workflows.js';

const run = { model: 'tiny', run: 'r' };
const lifecycle = 'lifecycle/tiny/r';
const by = { by: 'ada', reason: 'why' };
const fault = { attempt: 9, reason: 'x is undefined', since: null };

function scene(options: { answer?: unknown; faulty?: string[]; isStoreAway?: boolean }) {
  const asked: string[] = [];
  const terminated: [string, string][] = [];
  const closed: object[] = [];
  const services = {
    workflows: async () => ({
      inspect: async (id: string) => ({
        ...{ id, type: '', parent: null, activities: [] },
        children: id === lifecycle ? ['data/tiny/r'] : [],
        fault: options.faulty?.includes(id) ? fault : null,
      }),
      update: async (_id: string, update: { name: string }) => {
        asked.push(update.name);
        if (options.answer instanceof Error) throw options.answer;
      },
      terminate: async (id: string, reason: string) => void terminated.push([id, reason]),
    }),
    records: async () => {
      if (options.isStoreAway) throw new Error('connect ECONNREFUSED');
      return { registry: { closeRun: async (end: object) => void closed.push(end) } };
    },
  } as unknown as Services;
  return { services, asked, terminated, closed };
}
const unreachable = new MainspringError('unreachable', 'no worker answered', 'start them');

describe('to end a run', () => {
  it.each(['cancelled', 'failed'] as const)('as %s asks its workflow', async (outcome) => {
    const { services, asked, terminated } = scene({});
    await endRun(services, run, outcome, by);
    expect(asked).toEqual([outcome === 'cancelled' ? 'cancel' : 'fail']);
    expect(terminated).toEqual([]);
  });

  it('that no worker answers for terminates its lifecycle and records the outcome', async () => {
    const { services, terminated, closed } = scene({ answer: unreachable });
    await endRun(services, run, 'failed', by);
    expect(terminated).toEqual([[lifecycle, 'ended as failed by ada: why']]);
    expect(closed).toEqual([
      { ...run, outcome: 'failed', reason: 'ended as failed by ada: why (its workflow did not answer)' },
    ]);
  });

  it('works also while the database is away', async () => {
    const { services, terminated } = scene({ answer: unreachable, isStoreAway: true });
    await endRun(services, run, 'cancelled', by);
    expect(terminated).toHaveLength(1);
  });

  it('whose own code fails does not wait for an answer', async () => {
    const { services, asked, terminated } = scene({ faulty: [lifecycle] });
    await endRun(services, run, 'cancelled', by);
    expect(asked).toEqual([]);
    expect(terminated).toEqual([[lifecycle, 'cancelled by ada: why']]);
  });

  it('of which another workflow fails terminates that one, and lets the others end by themselves', async () => {
    const { services, asked, terminated } = scene({ faulty: ['data/tiny/r'] });
    await endRun(services, run, 'cancelled', by);
    expect(asked).toEqual(['cancel']);
    expect(terminated).toEqual([['data/tiny/r', 'cancelled by ada: why']]);
  });

  it('that is over, or is being ended, is refused', async () => {
    const over = scene({ answer: new WorkflowGone('gone') });
    await expect(endRun(over.services, run, 'cancelled', by)).rejects.toMatchObject({
      kind: 'refused',
      message: 'run tiny/r is over: there is nothing to end',
    });
    const cause = fail('InvalidInput', 'already being cancelled by bob: x');
    const twice = scene({ answer: new UpdateRefused(cause.message, cause.remedy, { cause }) });
    await expect(endRun(twice.services, run, 'failed', by)).rejects.toMatchObject({
      kind: 'refused',
      message: 'already being cancelled by bob: x',
      remedy:
        'Wait: it ends within a minute, as the first request says. Follow it with `mainspring watch tiny/r`.',
    });
  });
});
