import { describe, expect, it } from 'vitest';
import type { ExitRecord } from '../../../../../../activities/ports/exit-record.js';
import type { JobOrder } from '../../../../../../activities/ports/job-order.js';
import {
  type SlurmJob,
  parseJobs,
  secondsOf,
  statusOf,
  theOne,
} from '../../../../../../infra/adapters/jobs/slurm/states.js';

const job = (more: Partial<SlurmJob> = {}): SlurmJob => ({
  id: '7',
  name: 'ms-abc-a1',
  state: 'RUNNING',
  waitStatus: 0,
  elapsedSeconds: 90,
  reason: '',
  host: 'n1',
  comment: 'engine:digest',
  ...more,
});
const order = { resources: { cpus: 4, memory: '1GiB', gpus: 2, nodes: 3 } } as JobOrder;
const ofOneMachine = { resources: { cpus: 4, memory: '1GiB', gpus: 2, nodes: 1 } } as JobOrder;
const record = (more: Partial<ExitRecord['ended']> = {}): ExitRecord => ({
  ended: { code: 75, cause: 'signalled', reason: 'the trainer says why', ...more },
  usage: { wallSeconds: 1.5, cpuSeconds: 1.2, gpuSeconds: 3 },
  at: '2026-01-01T00:00:00Z',
});

describe('what squeue prints', () => {
  it('is read field by field, whatever the comment holds', () => {
    const line =
      '42                      |ms-abc-a1   |FAILED     |1792    |1-02:03:04   |NonZeroExitCode  |n1  |my|engine: x:abc   |\n';
    expect(parseJobs(line)).toEqual([
      {
        id: '42',
        name: 'ms-abc-a1',
        state: 'FAILED',
        waitStatus: 1792,
        elapsedSeconds: 93_784,
        reason: 'NonZeroExitCode',
        host: 'n1',
        comment: 'my|engine: x:abc',
      },
    ]);
  });

  it('has exit codes as a wait status, or as code and signal, by release', () => {
    const exits = ['20224', '79:0', '9', '0:9'].map(
      (exit) => parseJobs(`1|n|FAILED|${exit}|0:01|None|n1|c|`)[0],
    );
    expect(exits.map((found) => statusOf(found!, undefined, undefined))).toMatchObject([
      { exitCode: 79 },
      { exitCode: 79 },
      { exitCode: 137 },
      { exitCode: 137 },
    ]);
  });

  it('is an empty list for empty output', () => {
    expect(parseJobs('')).toEqual([]);
    expect(parseJobs('\n')).toEqual([]);
  });

  it.each([
    ['0:00', 0],
    ['1:01', 61],
    ['2:00:01', 7_201],
    ['3-00:00:00', 259_200],
    ['INVALID', 0],
  ])('tells the time %s as %i seconds', (text, seconds) => {
    expect(secondsOf(text)).toBe(seconds);
  });
});

describe('a state of Slurm', () => {
  it.each([
    ['NODE_FAIL', 'infrastructure'],
    ['BOOT_FAIL', 'infrastructure'],
    ['PREEMPTED', 'preempted'],
    ['OUT_OF_MEMORY', 'outOfMemory'],
    ['TIMEOUT', 'timedOut'],
    ['DEADLINE', 'timedOut'],
    ['CANCELLED', 'cancelled'],
    ['FAILED', null],
    ['COMPLETED', null],
    ['A_STATE_OF_TOMORROW', null],
  ])('%s is %s, also with a last word of the wrapper', (state, expected) => {
    const killed = job({ state, waitStatus: 9 });
    expect(statusOf(killed, undefined, order)).toMatchObject({ kind: 'ended', class: expected });
    expect(statusOf(killed, record(), ofOneMachine)).toMatchObject({ kind: 'ended', class: expected });
  });

  it.each(['RUNNING', 'COMPLETING', 'SUSPENDED', 'STAGE_OUT'])('%s is running', (state) => {
    expect(statusOf(job({ state }), undefined, order)).toEqual({ kind: 'running' });
  });

  it.each(['PENDING', 'CONFIGURING', 'REQUEUED', 'REQUEUE_HOLD'])(
    '%s is queued, with its reason',
    (state) => {
      expect(statusOf(job({ state, reason: 'Resources' }), undefined, order)).toEqual({
        kind: 'queued',
        reason: 'Resources',
      });
    },
  );
});

describe('a job that is over', () => {
  it('is billed by Slurm’s time, for all its nodes', () => {
    expect(statusOf(job({ state: 'FAILED' }), undefined, order)).toMatchObject({
      spend: { wallSeconds: 90, cpuSeconds: 1_080, gpuSeconds: 540 },
    });
  });

  it('is billed by the wrapper when it was shorter than Slurm counts', () => {
    expect(statusOf(job({ state: 'COMPLETED', elapsedSeconds: 0 }), record(), order)).toMatchObject({
      spend: { wallSeconds: 1.5, cpuSeconds: 1.2, gpuSeconds: 9 },
    });
  });

  it('has the code and the reason of its wrapper', () => {
    expect(statusOf(job({ state: 'FAILED', waitStatus: 75 * 256 }), record(), order)).toMatchObject({
      exitCode: 75,
      reason: 'the trainer says why',
    });
    const overdue = record({ cause: 'deadline' });
    expect(statusOf(job({ state: 'FAILED' }), overdue, order)).toMatchObject({ class: 'timedOut' });
  });

  it('of several machines is infrastructure when one died and Slurm then ended the first', () => {
    const died = job({ state: 'FAILED', waitStatus: 137 * 256 });
    expect(statusOf(died, record(), order)).toMatchObject({ exitCode: 69, class: 'infrastructure' });
    const signalled = job({ state: 'FAILED', waitStatus: 75 * 256 });
    expect(statusOf(signalled, record(), order)).toMatchObject({ exitCode: 75, class: null });
    expect(statusOf({ ...died, state: 'PREEMPTED' }, record(), order)).toMatchObject({ class: 'preempted' });
  });

  it('has no exit code when its node is lost', () => {
    expect(statusOf(job({ state: 'NODE_FAIL' }), undefined, order)).toMatchObject({ exitCode: null });
  });

  it('that could not open its log names the variable to mend', () => {
    const found = statusOf(
      job({ state: 'FAILED', waitStatus: 4021, reason: 'JobLaunchFailure' }),
      undefined,
      order,
    );
    expect(found).toMatchObject({
      class: 'infrastructure',
      reason: expect.stringContaining('MAINSPRING_JOBS_DIR') as string,
    });
  });

  it('that no node can run is the user’s to mend', () => {
    const found = statusOf(
      job({ state: 'FAILED', waitStatus: 1, reason: 'BadConstraints' }),
      undefined,
      order,
    );
    expect(found).toMatchObject({ class: 'user', exitCode: null });
  });

  it('that Slurm ended before its wrapper began is no failure of the trainer', () => {
    const found = statusOf(
      job({ state: 'FAILED', waitStatus: 256, reason: 'NonZeroExitCode' }),
      undefined,
      order,
    );
    expect(found).toMatchObject({ class: 'infrastructure', exitCode: null });
    expect(found).toMatchObject({ reason: expect.stringContaining('no word') as string });
  });

  it('that its node cancelled before its script began is tried again, and what a person cancels is not', () => {
    const cancelled = (host: string, hasLog: boolean) =>
      statusOf(job({ state: 'CANCELLED', elapsedSeconds: 0, host }), undefined, order, hasLog);
    expect(cancelled('n1', false)).toMatchObject({ class: 'infrastructure', exitCode: null });
    expect(cancelled('n1', true)).toMatchObject({ class: 'cancelled' });
    const [waited] = parseJobs('1|n|CANCELLED|0|0:00|None|n/a|c|');
    expect(statusOf(waited!, undefined, order, false)).toMatchObject({ class: 'cancelled' });
  });

  it.each([
    [69, 'a wrapper that could not begin'],
    [79, 'a copy that gave way'],
    [137, 'a wrapper that was killed'],
  ])('keeps exit code %i without a record: %s', (code) => {
    const waitStatus = code > 128 ? code - 128 : code * 256;
    expect(statusOf(job({ state: 'FAILED', waitStatus }), undefined, order)).toMatchObject({
      class: null,
      exitCode: code,
    });
  });
});

describe('of several jobs of one key', () => {
  const [copy, worker] = [
    job({ id: '1', state: 'FAILED', waitStatus: 79 * 256 }),
    job({ id: '2', state: 'COMPLETED' }),
  ];
  it.each([
    ['the one that worked, not the one that gave way', [copy, worker], '2'],
    [
      'the one that runs, not the one that waits',
      [job({ id: '1', state: 'PENDING' }), job({ id: '2' })],
      '2',
    ],
    ['the one that waits, not the one that gave way', [copy, job({ id: '2', state: 'PENDING' })], '2'],
    ['the first of two that are alike', [job({ id: '10' }), job({ id: '9' })], '9'],
  ])('it is %s', (_, jobs, id) => {
    expect(theOne(jobs)?.id).toBe(id);
  });

  it('returns undefined for no jobs', () => {
    expect(theOne([])).toBeUndefined();
  });
});
