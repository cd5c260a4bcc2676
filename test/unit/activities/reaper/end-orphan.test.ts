import { MockActivityEnvironment } from '@temporalio/testing';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { JobBackend, ListedJob } from '../../../../activities/ports/job-backend.js';
import { makeEndOrphan } from '../../../../activities/reaper/end-orphan.js';
import type { ReaperDeps } from '../../../../activities/reaper/deps.js';

beforeEach(() => void vi.useFakeTimers({ toFake: ['Date'] }));
afterEach(() => void vi.useRealTimers());

/** A backend with one job. Each call advances its clock by ten seconds. */
function aBackend(
  onCancel: (kill: boolean, job: ListedJob) => ListedJob | undefined,
  state: ListedJob['state'],
) {
  const handle = { jobKey: 'ms-a-a1', nativeId: '1', nativeUid: null };
  let job: ListedJob | undefined = { handle, jobDigest: 'd', state };
  const asked: boolean[] = [];
  const backend = {
    listedWithinMs: 1,
    pollMs: 1,
    list: async () => {
      vi.setSystemTime(Date.now() + 10_000);
      return { kind: 'listed' as const, jobs: job ? [job] : [] };
    },
    cancel: async (_: unknown, { kill }: { kill: boolean }) => {
      asked.push(kill);
      job = job && onCancel(kill, job);
    },
  } as unknown as JobBackend;
  const timing = { beatMs: 1, leaseMs: 1, graceMs: 25_000 };
  const end = () =>
    new MockActivityEnvironment().run(
      makeEndOrphan({ backends: { slurm: backend }, engineId: 'e', timing } as unknown as ReaperDeps),
      { jobKey: 'ms-a-a1', backend: 'slurm' as const },
    );
  return { asked, end };
}

describe('an orphan', () => {
  it('is asked once, and given its grace', async () => {
    let looks = 0;
    const { asked, end } = aBackend((_, job) => ((looks += 1) > 0 ? undefined : job), 'running');
    expect(await end()).toBe(true);
    expect(asked).toEqual([false]);
  });

  it('is killed when it is deaf', async () => {
    const { asked, end } = aBackend((kill, job) => (kill ? undefined : job), 'running');
    expect(await end()).toBe(true);
    expect(asked).toEqual([false, true]);
  });

  it('is left in a queue that it cannot be taken out of, to be asked again when it runs', async () => {
    const { asked, end } = aBackend((_, job) => job, 'queued');
    expect(await end()).toBe(false);
    expect(asked[0]).toBe(false);
    expect(asked).toContain(true);
  });
});
