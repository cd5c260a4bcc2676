import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { FailureType, fail, failureIn } from '../../contracts/failures.js';
import { TaskQueue } from '../../contracts/task-queues.js';
import { type WorkflowHarness, workflowHarness } from '../support/workflows.js';
import { type Place, finish, queryThatFails, signalThatFails, updateThatFails } from './fakes/failing.js';

let harness: WorkflowHarness;
beforeAll(async () => {
  harness = await workflowHarness('test/workflows/fakes/failing.ts', 'failures');
});
afterAll(() => harness?.close());

const activities = {
  check: async () => {
    throw fail(FailureType.DataRejected, 'refused in activity', {
      remedy: 'mend activity',
      details: { rows: 3 },
    });
  },
};

/** The error that the caller of a workflow gets if `failing` throws at `place`. */
const errorOf = (place: Place, act?: (id: string) => Promise<unknown>): Promise<unknown> =>
  harness.run(activities, async (client) => {
    const workflowId = `failing/${randomUUID()}`;
    const handle = await client.workflow.start('failing', {
      workflowId,
      taskQueue: TaskQueue.control,
      args: [place],
      // A failure that is not translated blocks the workflow task for ever. The time-out lets the test fail instead
      // of hang.
      workflowExecutionTimeout: '20 seconds',
    });
    return (act ? act(workflowId) : handle.result()).then(
      () => undefined,
      (error: unknown) => error,
    );
  });

const handleOf = (id: string) => harness.client.workflow.getHandle(id);

describe('a failure of ours', { timeout: 60_000 }, () => {
  it.each([
    ['the workflow itself', 'workflow', 'workflow'],
    ['a child, which fails its parent', 'child', 'workflow'],
    ['an activity, which is not tried again', 'activity', 'activity'],
  ] as const)(
    'thrown from %s ends the workflow with type, message, remedy and details',
    async (_, place, at) => {
      expect(failureIn(await errorOf(place))).toMatchObject({
        type: 'DataRejected',
        message: `refused in ${at}`,
        remedy: `mend ${at}`,
        details: { rows: 3 },
      });
    },
  );

  it('thrown from a signal handler ends the workflow', async () => {
    const error = await errorOf('wait', async (id) => {
      await handleOf(id).signal(signalThatFails);
      return handleOf(id).result();
    });
    expect(failureIn(error)).toMatchObject({ message: 'refused in signal', remedy: 'mend signal' });
  });

  it.each(['validator', 'handler'] as const)(
    'thrown from the %s of an update refuses the update, and the workflow goes on',
    async (place) => {
      let result: unknown;
      const error = await errorOf('wait', async (id) => {
        try {
          return await handleOf(id).executeUpdate(updateThatFails, { args: [{ in: place }] });
        } finally {
          await handleOf(id).signal(finish);
          result = await handleOf(id).result();
        }
      });
      expect(failureIn(error)).toMatchObject({ message: `refused in ${place}`, remedy: `mend ${place}` });
      expect(result).toBe('finished');
    },
  );

  it('thrown from a query reaches who asked, and the workflow goes on', async () => {
    let result: unknown;
    const error = await errorOf('wait', async (id) => {
      try {
        return await handleOf(id).query(queryThatFails);
      } finally {
        await handleOf(id).signal(finish);
        result = await handleOf(id).result();
      }
    });
    expect(String(error)).toContain('refused in query');
    expect(result).toBe('finished');
  });
});
