import type { Info } from '@temporalio/activity';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { Retrying } from '../../../../contracts/retrying.js';
import { openRetryTelling } from '../../../../workers/interceptors/tell-retry.js';

const start = Date.parse('2001-02-01T00:00:00Z');
beforeEach(() => void vi.useFakeTimers({ now: start, toFake: ['Date', 'performance'] }));
afterEach(() => void vi.useRealTimers());

const info = (attempt: number, change: Partial<Info> = {}): Info =>
  ({
    workflowExecution: { workflowId: 'approval/tiny/1/1', runId: 'r' },
    activityId: '3',
    activityType: 'recordApproval',
    scheduledTimestampMs: start,
    attempt,
    ...change,
  }) as Info;

function aClient(isAway = false) {
  const sent: [string, unknown][] = [];
  const client = {
    workflow: {
      getHandle: () => ({
        signal: async (name: string, report: unknown) => {
          if (isAway) throw new Error('Temporal is away');
          sent.push([name, report]);
        },
      }),
    },
  };
  return { sent, client: () => client as never };
}

const away = Object.assign(new Error('', { cause: new Error('connect ECONNREFUSED') }), {
  code: 'ECONNREFUSED',
});

describe('a worker', () => {
  it('tells a workflow nothing of a retry of less than a minute', async () => {
    const { sent, client } = aClient();
    const telling = openRetryTelling();
    for (let attempt = 1; attempt <= 20; attempt += 1) {
      await telling.failed(info(attempt), client, away);
      vi.advanceTimersByTime(2_900);
    }
    expect(sent).toEqual([]);
  });

  it('tells it after a minute, with reason and attempt, and again only at each doubling of the age', async () => {
    const { sent, client } = aClient();
    const telling = openRetryTelling();
    const minutes = 7 * 24 * 60;
    for (let attempt = 1; attempt <= minutes; attempt += 1) {
      await telling.failed(info(attempt), client, away);
      vi.advanceTimersByTime(60_000);
    }
    expect(sent.map(([name]) => name)).toEqual(Array<string>(14).fill('retrying'));
    expect(Retrying.parse(sent[0]?.[1])).toEqual({
      ...{ activityId: '3', activity: 'recordApproval', attempt: 2 },
      ...{ since: '2001-02-01T00:00:00.000Z', reason: 'connect ECONNREFUSED' },
    });
  });

  it('whose clock is an hour behind tells it by the time that it has seen itself', async () => {
    const { sent, client } = aClient();
    const telling = openRetryTelling();
    const ahead = { scheduledTimestampMs: start + 3_600_000 };
    await telling.failed(info(2, ahead), client, away);
    vi.advanceTimersByTime(61_000);
    await telling.failed(info(3, ahead), client, away);
    expect(sent).toHaveLength(1);
  });

  it('tells it at the next failure if Temporal did not answer', async () => {
    const telling = openRetryTelling();
    vi.advanceTimersByTime(61_000);
    await telling.failed(info(2), aClient(true).client, away);
    const { sent, client } = aClient();
    await telling.failed(info(3), client, away);
    await telling.failed(info(4), client, away);
    expect(sent).toHaveLength(1);
  });

  it('forgets an activity that has ended', async () => {
    const { sent, client } = aClient();
    const telling = openRetryTelling();
    vi.advanceTimersByTime(61_000);
    await telling.failed(info(2), client, away);
    telling.ended(info(3));
    await telling.failed(info(2), client, away);
    expect(sent).toHaveLength(2);
  });

  it('tells nothing of an activity that no workflow started', async () => {
    const { sent, client } = aClient();
    vi.advanceTimersByTime(61_000);
    const { workflowExecution, ...standalone } = info(2);
    expect(workflowExecution).toBeDefined();
    await openRetryTelling().failed(standalone, client, away);
    expect(sent).toEqual([]);
  });
});
