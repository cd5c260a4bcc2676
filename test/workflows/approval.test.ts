import { WorkflowUpdateFailedError } from '@temporalio/client';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  type ApprovalInput,
  type ApprovalState,
  type VoteInput,
  approvalState,
  voteSignal,
  voteUpdate,
} from '../../contracts/approval.js';
import { approvalId } from '../../contracts/ids.js';
import type { RecordApprovalInput } from '../../contracts/registry.js';
import { TaskQueue } from '../../contracts/task-queues.js';
import { sha } from '../support/fixtures.js';
import { fastForward, skippingTime } from '../support/time-skipping.js';
import { type WorkflowHarness, workflowHarness } from '../support/workflows.js';
import { forTemporal } from '../../workflows/for-temporal.js';

let harness: WorkflowHarness;
beforeAll(async () => {
  harness = await workflowHarness('workflows/approval/approval.ts', 'approval');
});
afterAll(() => harness?.close());

/** The part of a workflow's metadata that the Web UI reads. */
interface WorkflowMetadata {
  currentDetails: string;
  definition: Record<string, { name?: string; description?: string }[]>;
}

const DAY_MS = 86_400_000;
const digest = sha('evidence');
const input = (version: number, change: Partial<ApprovalInput> = {}): ApprovalInput => ({
  model: 'tiny',
  run: 'r-1',
  specDigest: sha('spec'),
  subject: `tiny/${version}`,
  version,
  evidenceDigest: digest,
  quorum: { 'business-stakeholder': 1, 'ml-engineer': 1 },
  owners: { 'business-stakeholder': ['maya'], 'ml-engineer': ['tomas', 'ada'] },
  startedBy: 'ada',
  separation: true,
  expiresAt: new Date(Date.now() + 7 * DAY_MS).toISOString(),
  summary: 'roc_auc 0.77',
  decisions: [{ gate: 'good enough', verdict: 'pass', reason: '0.77 ≥ 0.75' }],
  ...change,
});
const maya: VoteInput = {
  by: 'maya',
  role: 'business-stakeholder',
  verdict: 'approve',
  evidenceDigest: digest.slice(0, 8),
};
const tomas: VoteInput = { ...maya, by: 'tomas', role: 'ml-engineer' };

function recorder() {
  const recorded: RecordApprovalInput[] = [];
  return {
    recorded,
    activities: { recordApproval: async (request: RecordApprovalInput) => void recorded.push(request) },
  };
}

const start = (request: ApprovalInput) =>
  harness.client.workflow.start('approval', {
    workflowId: approvalId(request.subject, 1),
    taskQueue: TaskQueue.control,
    args: [request],
  });
type Handle = Awaited<ReturnType<typeof start>>;
const result = async (handle: Handle) => (await handle.result()) as ApprovalState;
const events = async (handle: Handle) => (await handle.fetchHistory()).events ?? [];

/** Wait until the approval is recorded and waits for votes: its newest event is the start of the expiry timer. */
async function parked(handle: Handle): Promise<number> {
  const last = async () => (await events(handle)).at(-1)?.timerStartedEventAttributes;
  await expect.poll(last, { timeout: 30_000 }).toBeTruthy();
  return (await events(handle)).length;
}

describe('an approval', () => {
  it('is approved by updates of every role of the quorum, and records each change', async () => {
    const seen = recorder();
    const decided = await harness.run(seen.activities, async () => {
      const handle = await start(input(1));
      const first = await handle.executeUpdate(forTemporal(voteUpdate), { args: [maya] });
      expect(first).toMatchObject({ status: 'PENDING', missing: { 'ml-engineer': 1 } });
      const second = await handle.executeUpdate(forTemporal(voteUpdate), { args: [tomas] });
      expect(second).toMatchObject({ status: 'APPROVED', missing: {} });
      return result(handle);
    });
    expect(decided.votes.map((vote) => vote.by)).toEqual(['maya', 'tomas']);
    expect(decided.votes[0]?.evidenceDigest).toBe(digest);
    expect(seen.recorded.at(-1)).toMatchObject({
      id: 'approval/tiny/1/1',
      model: 'tiny',
      run: 'r-1',
      version: 1,
      state: { status: 'APPROVED' },
    });
  });

  it('is rejected by one reject, with its note', async () => {
    const seen = recorder();
    const decided = await harness.run(seen.activities, async () => {
      const handle = await start(input(2));
      await handle.executeUpdate(forTemporal(voteUpdate), {
        args: [{ ...tomas, verdict: 'reject', note: 'too early' }],
      });
      return result(handle);
    });
    expect(decided).toMatchObject({ status: 'REJECTED', votes: [{ by: 'tomas', note: 'too early' }] });
  });

  it.each<[string, unknown, RegExp]>([
    [
      'a role outside the quorum',
      { ...maya, role: 'data-engineer' },
      /role "data-engineer" has no vote here/,
    ],
    [
      'somebody who does not hold the role',
      { ...maya, by: 'mallory' },
      /does not hold role .* held by: maya/,
    ],
    ['the person who started the lifecycle', { ...tomas, by: 'ada' }, /"ada" started this lifecycle/],
    ['a stale evidence digest', { ...maya, evidenceDigest: sha('older') }, /is not what is decided on/],
    ['an unknown verdict', { ...maya, verdict: 'maybe' }, /not a vote: .*"approve"\|"reject"/s],
    ['a misspelt field', { ...maya, verdikt: 'approve' }, /not a vote: .*verdikt/s],
    ['no object at all', 'approve', /not a vote/],
  ])('refuses an update of %s before it reaches history', async (_what, vote, why) => {
    const seen = recorder();
    await harness.run(seen.activities, async () => {
      const handle = await harness.client.workflow.start('approval', {
        workflowId: approvalId(`tiny/${Math.floor(Math.random() * 1e9) + 1_000}`, 1),
        taskQueue: TaskQueue.control,
        args: [input(3)],
      });
      const before = await parked(handle);
      const refusal = await handle
        .executeUpdate(forTemporal(voteUpdate), { args: [vote as VoteInput] })
        .catch((error: unknown) => error);
      expect(refusal).toBeInstanceOf(WorkflowUpdateFailedError);
      expect((refusal as WorkflowUpdateFailedError).cause).toMatchObject({
        type: 'VoteRefused',
        message: expect.stringMatching(why) as string,
      });
      expect(await events(handle)).toHaveLength(before);
      expect(await handle.query(forTemporal(approvalState))).toMatchObject({
        status: 'PENDING',
        votes: [],
        refused: [],
      });
      await handle.terminate();
    });
  });

  it('refuses the second vote of a person, and answers a repeated update id with the first result', async () => {
    const seen = recorder();
    await harness.run(seen.activities, async () => {
      const handle = await start(input(4));
      const first = await handle.executeUpdate(forTemporal(voteUpdate), { args: [maya], updateId: 'maya-1' });
      const repeated = await handle.executeUpdate(forTemporal(voteUpdate), {
        args: [maya],
        updateId: 'maya-1',
      });
      expect(repeated).toEqual(first);
      await expect(handle.executeUpdate(forTemporal(voteUpdate), { args: [maya] })).rejects.toMatchObject({
        cause: { message: expect.stringContaining('has voted already') as string },
      });
      await handle.terminate();
    });
  });

  it('takes votes by signal through the same rules, and keeps the refused ones with their reason', async () => {
    const seen = recorder();
    const decided = await harness.run(seen.activities, async () => {
      const handle = await start(input(5));
      await handle.signal(forTemporal(voteSignal), { ...maya, by: 'mallory' });
      await handle.signal(forTemporal(voteSignal), { verdict: 'approve' } as VoteInput);
      await handle.signal(forTemporal(voteSignal), maya);
      await handle.signal(forTemporal(voteSignal), maya);
      await handle.signal(forTemporal(voteSignal), tomas);
      return result(handle);
    });
    expect(decided.status).toBe('APPROVED');
    expect(decided.refused.map(({ by }) => by)).toEqual(['mallory', 'unknown', 'maya']);
    expect(decided.refused[1]?.why).toContain('evidenceDigest');
    expect(seen.recorded.at(-1)?.state.refused).toHaveLength(3);
  });

  it('takes a vote on day three, when time has passed without one', async () => {
    const seen = recorder();
    await harness.run(seen.activities, async () => {
      const handle = await fastForward(harness.client, 3 * DAY_MS, () => start(input(11)));
      const { votes } = await handle.executeUpdate(forTemporal(voteUpdate), { args: [maya] });
      expect(Date.parse(votes[0]!.at) - Date.now()).toBeGreaterThan(2.9 * DAY_MS);
      await handle.terminate();
    });
  });

  it('expires at its absolute time without a decision', async () => {
    const seen = recorder();
    const decided = await harness.run(seen.activities, async () => {
      const handle = await skippingTime(harness.client, () => start(input(6)));
      return result(handle);
    });
    expect(decided).toMatchObject({ status: 'EXPIRED', votes: [] });
    expect(seen.recorded.map(({ state }) => state.status)).toEqual(['PENDING', 'EXPIRED']);
  });

  it('refuses every vote when it starts after its expiry', async () => {
    const seen = recorder();
    const decided = await harness.run(seen.activities, async () =>
      result(await start(input(7, { expiresAt: '2001-02-08T00:00:00.000Z' }))),
    );
    expect(decided.status).toBe('EXPIRED');
  });

  it('lapses, on record, when its lifecycle is cancelled', async () => {
    const seen = recorder();
    await harness.run(seen.activities, async () => {
      const handle = await start(input(8));
      await handle.executeUpdate(forTemporal(voteUpdate), { args: [maya] });
      await handle.cancel();
      await expect(handle.result()).rejects.toThrow();
    });
    expect(seen.recorded.at(-1)?.state).toMatchObject({ status: 'LAPSED', votes: [{ by: 'maya' }] });
  });

  it('can be found by what it waits for, and says in the Web UI what to paste', async () => {
    const seen = recorder();
    await harness.run(seen.activities, async () => {
      const handle = await start(input(9));
      await handle.executeUpdate(forTemporal(voteUpdate), { args: [maya] });
      const query =
        "ApprovalState = 'PENDING' AND ApproverRole = 'ml-engineer' AND Stage = 'approval' AND ExecutionStatus = 'Running'";
      await expect
        .poll(
          async () => {
            const found: string[] = [];
            for await (const { workflowId } of harness.client.workflow.list({ query }))
              found.push(workflowId);
            return found;
          },
          { timeout: 30_000 },
        )
        .toEqual(['approval/tiny/9/1']);
      const metadata = await handle.query<WorkflowMetadata>('__temporal_workflow_metadata');
      expect(metadata.currentDetails).toMatch(
        /"by": "tomas",\s+"role": "ml-engineer",\s+"verdict": "approve"/,
      );
      expect(metadata.currentDetails?.replaceAll('\u00a0', '')).toContain(
        '| good enough | ✓ pass | 0.77 ≥ 0.75 |',
      );
      for (const kind of ['queryDefinitions', 'signalDefinitions', 'updateDefinitions'])
        expect(
          metadata.definition[kind]?.find(({ name }) => name === 'vote' || name === 'state')?.description,
        ).toBeTruthy();
      await handle.terminate();
    });
  });

  it('fails the execution, and not the workflow task, on input that is not valid', async () => {
    await harness.run(recorder().activities, async () => {
      const handle = await start({ ...input(10), quorum: { wizard: 1 } as never });
      await expect(handle.result()).rejects.toMatchObject({ cause: { type: 'InvalidInput' } });
    });
  });
});
