import { describe, expect, it } from 'vitest';
import { allTroubles, troublesOfRun } from '../../../../operations/lookup/troubles.js';
import type { Services } from '../../../../operations/ports/services.js';
import type { OpenWorkflow, PendingActivity } from '../../../../operations/ports/workflows.js';
import { faultsOf, retriesOf } from '../../../../operations/system/checks/retries.js';

const ago = (ms: number): string => new Date(Date.now() - ms).toISOString();
const retry = (change: Partial<PendingActivity> = {}): PendingActivity => ({
  ...{ id: '3', type: 'closeRun', attempt: 7, maximumAttempts: 80, since: ago(120_000), next: null },
  reason: 'connect ECONNREFUSED',
  ...change,
});
const fault = { attempt: 9, reason: 'x is undefined', since: ago(120_000) };
const open = (id: string, change: Partial<OpenWorkflow> = {}): OpenWorkflow => ({
  ...{ id, type: id.split('/')[0] ?? '', parent: null, children: [], activities: [], fault: null },
  ...change,
});

function servicesOf(workflows: OpenWorkflow[]): {
  services: Services;
  inspected: string[];
  marked: boolean[];
} {
  const inspected: string[] = [];
  const marked: boolean[] = [];
  const services = {
    workflows: async () => ({
      inspect: async (id: string) => {
        inspected.push(id);
        return workflows.find((one) => one.id === id);
      },
      ask: async () => ({ parked: { reason: 'pool loc is full' } }),
      suspects: async (filter: { marked: boolean }) => {
        marked.push(filter.marked);
        return workflows.filter(({ type }) => type !== 'trainingJob').map(({ id }) => id);
      },
    }),
  } as unknown as Services;
  return { services, inspected, marked };
}

const run = { model: 'tiny', run: 'r' };
const lifecycle = 'lifecycle/tiny/r';

describe('the troubles of a run', () => {
  it('are those of its lifecycle and of all workflows below it, with what to do', async () => {
    const { services } = servicesOf([
      open(lifecycle, { children: ['release/tiny/3'] }),
      open('release/tiny/3', { activities: [retry({ type: 'rollBack' })], children: ['x'] }),
      open('x', { fault }),
      open('release/other/1', { activities: [retry()] }),
    ]);
    const troubles = await troublesOfRun(services, run);
    expect(troubles.map(({ kind, workflow, activity }) => [kind, workflow, activity])).toEqual([
      ['retry', 'release/tiny/3', 'rollBack'],
      ['fault', 'x', null],
    ]);
    expect(troubles[0]).toMatchObject({
      model: 'tiny',
      run: 'r',
      attempt: 7,
      reason: 'connect ECONNREFUSED',
    });
    expect(troubles[0]?.remedy).toContain('mainspring retry tiny/r');
    expect(troubles[1]?.remedy).toContain('mainspring cancel tiny/r');
  });

  it('are none while a retry is younger than a minute, and one whose age is not known', async () => {
    const { services } = servicesOf([
      open(lifecycle, {
        activities: [retry({ since: ago(59_000) }), retry({ type: 'setStage', since: null })],
      }),
    ]);
    expect((await troublesOfRun(services, run)).map(({ activity }) => activity)).toEqual(['setStage']);
  });

  it('are also what a job waits for before it is sent', async () => {
    const { services } = servicesOf([
      open(lifecycle, { children: ['trainingJob/tiny/r/trial-0'] }),
      open('trainingJob/tiny/r/trial-0', { type: 'trainingJob' }),
    ]);
    expect(await troublesOfRun(services, run)).toMatchObject([
      {
        kind: 'wait',
        workflow: 'trainingJob/tiny/r/trial-0',
        activity: null,
        reason: 'pool loc is full',
        remedy: expect.stringContaining('mainspring pools') as string,
      },
    ]);
  });

  it('say of code that does not fit the history that workers are too old', async () => {
    const reason = '[TMPRL1100] Nondeterminism error: activity type differs';
    const { services } = servicesOf([open(lifecycle, { fault: { ...fault, reason } })]);
    const [trouble] = await troublesOfRun(services, run);
    expect(trouble?.remedy).toMatch(
      /worker of pool control is older than the run.*mainspring cancel tiny\/r/,
    );
  });

  it('are also what no worker has taken for a minute, which cannot be tried again', async () => {
    const waits = { attempt: 1, reason: 'no worker of pool data has taken it' };
    const { services } = servicesOf([
      open(lifecycle, { children: ['data/tiny/r'] }),
      open('data/tiny/r', {
        activities: [retry({ type: 'validateRaw', ...waits }), retry({ ...waits, since: ago(59_000) })],
      }),
    ]);
    const troubles = await troublesOfRun(services, run);
    expect(troubles).toMatchObject([{ kind: 'wait', activity: 'validateRaw', reason: waits.reason }]);
    expect(troubles[0]?.remedy).not.toContain('mainspring retry');
    expect(retriesOf(troubles)).toMatchObject({
      verdict: 'warn',
      detail: 'tiny/r (data/tiny/r): validateRaw, waits: no worker of pool data has taken it',
    });
  });

  it('end in a circle of workflows, and with a run that is over', async () => {
    const { services, inspected } = servicesOf([
      open(lifecycle, { children: ['a'] }),
      open('a', { children: [lifecycle, 'a'] }),
    ]);
    expect(await troublesOfRun(services, run)).toEqual([]);
    expect(inspected).toEqual([lifecycle, 'a']);
    expect(await troublesOfRun(servicesOf([]).services, run)).toEqual([]);
  });
});

describe('the troubles of an installation', () => {
  it('name the run that waits, also for a workflow whose id does not', async () => {
    const { services, marked } = servicesOf([
      open('approval/tiny/3/1', { parent: lifecycle, activities: [retry({ type: 'recordApproval' })] }),
      open(lifecycle, { parent: 'retraining/tiny' }),
      open('monitor/tiny', { activities: [retry({ type: 'closeWindow' })] }),
    ]);
    const troubles = await allTroubles(services, { marked: true });
    expect(troubles.map(({ workflow, run: name }) => [workflow, name])).toEqual([
      ['approval/tiny/3/1', 'r'],
      ['monitor/tiny', null],
    ]);
    expect(marked).toEqual([true]);
  });

  it('are what the doctor says of retries and of workflows that fail', async () => {
    const { services } = servicesOf([
      open(lifecycle, { activities: [retry()] }),
      open('monitor/tiny', { fault }),
    ]);
    const troubles = await allTroubles(services);
    expect(retriesOf(troubles)).toMatchObject({
      verdict: 'warn',
      detail: `tiny/r (${lifecycle}): closeRun, attempt 7: connect ECONNREFUSED`,
    });
    expect(faultsOf(troubles)).toMatchObject({
      verdict: 'fail',
      detail: 'monitor/tiny, monitor: 9 attempts: x is undefined',
    });
    for (const finding of [retriesOf([]), faultsOf([])])
      expect(finding).toMatchObject({ verdict: 'ok', remedy: '' });
    const many = Array.from({ length: 9 }, () => troubles).flat();
    expect(retriesOf(many).detail).toMatch(/; and 4 more$/);
  });
});
