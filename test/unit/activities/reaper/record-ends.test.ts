import { WorkflowFailedError, WorkflowNotFoundError } from '@temporalio/client';
import { ApplicationFailure, CancelledFailure, TerminatedFailure } from '@temporalio/common';
import { MockActivityEnvironment } from '@temporalio/testing';
import { describe, expect, it } from 'vitest';
import { type EndsDeps, makeRecordEnds } from '../../../../activities/reaper/record-ends.js';

const result = (outcome: string, reason: string) => ({
  ...{ model: 'tiny', run: 'r', outcome, reason, version: null, metrics: null, decisions: [] },
});
const failed = (cause: Error) =>
  new WorkflowFailedError('Workflow execution failed', cause, 'NON_RETRYABLE_FAILURE');

/** How each workflow stands: `open`, a result, or the error that ended it with its status. */
type Ends = Record<string, 'open' | { result: unknown } | { status: string; error: Error }>;

const clientOf = (ends: Ends) => ({
  withAbortSignal: (_signal: AbortSignal, work: () => unknown) => work(),
  workflow: {
    getHandle: (id: string) => ({
      describe: async () => {
        const end = ends[id];
        if (end === undefined) throw new WorkflowNotFoundError('no such workflow', id, undefined);
        const isOpen = end === 'open';
        const name = isOpen ? 'RUNNING' : 'status' in end ? end.status : 'COMPLETED';
        return { status: { name }, closeTime: isOpen ? undefined : new Date() };
      },
      result: async () => {
        const end = ends[id];
        if (end !== undefined && end !== 'open' && 'error' in end) throw end.error;
        return (end as { result: unknown }).result;
      },
    }),
  },
});

const run = (name: string, outcome: string | null = null) => ({ model: 'tiny', run: name, outcome });
const pending = { status: 'PENDING', votes: [], missing: { 'ml-engineer': 1 }, refused: [] };

async function record(ends: Ends, rows: Partial<{ runs: object[]; approvals: object[]; candidate: number }>) {
  const written: Record<string, unknown>[] = [];
  const deps = {
    registry: {
      runs: async ({ open }: { open?: boolean }) =>
        (rows.runs ?? []).filter((row) => !open || ('outcome' in row && row.outcome === null)),
      closeRun: async (end: object) => void written.push({ ...end }),
      recordApproval: async (approval: object) => void written.push({ ...approval }),
      models: async () => ['tiny'],
      version: async () => ({ run: 'r-3' }),
    },
    approvals: { pending: async () => rows.approvals ?? [] },
    serving: {
      routes: async () => ({ candidate: rows.candidate === undefined ? null : { version: rows.candidate } }),
      rollBack: async (input: object) => {
        written.push({ ...input });
        return { outcome: 'rolled-back', generation: 9 };
      },
    },
  } as unknown as EndsDeps;
  const environment = new MockActivityEnvironment({}, { client: clientOf(ends) as never });
  return { done: await environment.run(makeRecordEnds(deps)), written };
}

describe('a run without a recorded outcome', () => {
  it.each<[string, Ends[string], string, string]>([
    ['a result', { result: result('cancelled', 'cancelled by ada: x') }, 'cancelled', 'cancelled by ada: x'],
    [
      'a failure',
      { status: 'FAILED', error: failed(ApplicationFailure.nonRetryable('30 % are null', 'DataRejected')) },
      'failed',
      '30 % are null',
    ],
    ['a cancel', { status: 'CANCELLED', error: failed(new CancelledFailure('no')) }, 'cancelled', 'no'],
    [
      'a termination',
      { status: 'TERMINATED', error: failed(new TerminatedFailure('cancelled by ada: x')) },
      'cancelled',
      'cancelled by ada: x',
    ],
    [
      'a termination that counts as a failure',
      { status: 'TERMINATED', error: failed(new TerminatedFailure('ended as failed by ada: x')) },
      'failed',
      'ended as failed by ada: x',
    ],
    ['a result of another shape', { result: 3 }, 'failed', 'its workflow ended without an outcome'],
  ])(
    'whose workflow ended with %s is closed with its outcome and reason',
    async (_, end, outcome, reason) => {
      const { written, done } = await record({ 'lifecycle/tiny/r': end }, { runs: [run('r')] });
      expect(written).toEqual([{ model: 'tiny', run: 'r', outcome, reason }]);
      expect(done).toEqual([`run tiny/r: ${outcome}`]);
    },
  );

  it('is left alone while its workflow is open, or unknown to the server', async () => {
    const { written } = await record({ 'lifecycle/tiny/a': 'open' }, { runs: [run('a'), run('b')] });
    expect(written).toEqual([]);
  });

  it('is the only one: a recorded outcome stays', async () => {
    const ends: Ends = { 'lifecycle/tiny/r': { result: result('cancelled', 'x') } };
    expect((await record(ends, { runs: [run('r', 'promoted')] })).written).toEqual([]);
  });
});

describe('a pending approval', () => {
  const approval = { id: 'approval/tiny/1/1', model: 'tiny', run: 'r', version: 1, state: pending };

  it('whose workflow was cancelled lapses', async () => {
    const cancelled = { status: 'CANCELLED', error: failed(new CancelledFailure('no')) };
    const { written } = await record({ [approval.id]: cancelled }, { approvals: [approval] });
    expect(written).toEqual([{ ...approval, state: { ...pending, status: 'LAPSED' } }]);
  });

  it('of an open workflow still waits', async () => {
    expect((await record({ [approval.id]: 'open' }, { approvals: [approval] })).written).toEqual([]);
  });
});

describe('a candidate in the routes', () => {
  const release = 'release/tiny/3';

  it('whose release has ended is rolled back', async () => {
    const ended = { status: 'CANCELLED', error: failed(new CancelledFailure('no')) };
    const { written, done } = await record({ [release]: ended }, { candidate: 3 });
    expect(written).toMatchObject([{ release, model: 'tiny', version: 3, run: 'r-3', evidence: null }]);
    expect(done).toEqual([`${release}: rolled-back`]);
  });

  it('of an open release stays', async () => {
    expect((await record({ [release]: 'open' }, { candidate: 3 })).written).toEqual([]);
  });
});
