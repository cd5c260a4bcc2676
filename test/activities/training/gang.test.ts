import { randomUUID } from 'node:crypto';
import { beforeAll, describe, expect, inject, it } from 'vitest';
import type { JobOrder } from '../../../activities/ports/job-order.js';
import type { ObjectStore } from '../../../activities/ports/object-store.js';
import {
  type Gang,
  GangIncomplete,
  assemble,
  blame,
  gangOf,
  join,
  sayAlive,
  sayEnd,
} from '../../../wrapper/gang.js';
import { openS3 } from '../../../infra/adapters/s3/client.js';
import { openObjectStore } from '../../../infra/adapters/s3/object-store.js';

let objects: ObjectStore;
beforeAll(() => {
  const s3 = inject('s3');
  objects = openObjectStore(openS3(s3), s3.bucket);
});

const order = (nodes = 2): JobOrder =>
  ({
    jobKey: `ms-${randomUUID()}`,
    resources: { cpus: 1, memory: '1GiB', gpus: 0, nodes },
    timing: { beatMs: 50, leaseMs: 1_500, graceMs: 100 },
  }) as unknown as JobOrder;
const rank = (of: number, size = 2, id = 'native-1'): Gang => ({ id, rank: of, size });
const lead = (job: JobOrder, gang: Gang, ready = () => {}) =>
  assemble(objects, job, gang, { checkpoint: null, environment: {}, stopped: () => false, ready });
const follow = (job: JobOrder, gang: Gang) => join(objects, job, gang, async () => false);
const failed = { code: 1, reason: '', at: '2026-01-01T00:00:01.000Z' };

describe('machines that train together', () => {
  it('start when all of them are there, with one address', async () => {
    const job = order(3);
    let ready = 0;
    const started = await Promise.all([
      lead(job, rank(0, 3), () => (ready += 1)),
      follow(job, rank(1, 3)),
      follow(job, rank(2, 3)),
    ]);
    expect(ready).toBe(1);
    expect(started[0]?.masterPort).toBeGreaterThan(0);
    expect(started[1]).toEqual(started[0]);
    expect(started[2]).toEqual(started[0]);
  });

  it('do not start when one does not come, and say how many came', async () => {
    const job = order(3);
    let ready = 0;
    const outcomes = await Promise.allSettled([
      lead(job, rank(0, 3), () => (ready += 1)),
      follow(job, rank(1, 3)),
    ]);
    expect(ready).toBe(0);
    for (const outcome of outcomes)
      expect(outcome).toMatchObject({ status: 'rejected', reason: expect.any(GangIncomplete) as unknown });
    expect(outcomes[0]).toMatchObject({
      reason: { message: expect.stringContaining('2 of 3 machines came') as string },
    });
  });

  it('are not joined by those of another native job of the same attempt', async () => {
    const job = order();
    const outcomes = await Promise.allSettled([lead(job, rank(0)), follow(job, rank(1, 2, 'native-2'))]);
    expect(outcomes.map(({ status }) => status)).toEqual(['rejected', 'rejected']);
  });

  it('need a name and a rank from their backend', () => {
    expect(gangOf(order(1), {})).toBeUndefined();
    expect(gangOf(order(), { MAINSPRING_GANG: 'native-1', MAINSPRING_RANK: '1' })).toEqual(rank(1));
    expect(() => gangOf(order(), {})).toThrow('a job of 2 machines needs a name and a rank from 0 to 1');
    expect(() => gangOf(order(), { MAINSPRING_GANG: 'native-1', MAINSPRING_RANK: '2' })).toThrow('rank');
  });
});

describe('when the trainer of rank 0 fails', () => {
  it('the machine that says what is wrong is to blame, also when its word comes later', async () => {
    const job = order();
    const blamed = blame(objects, job, rank(0), failed);
    const theirs = { rank: 1, code: 64, reason: 'bad parameters', at: '2026-01-01T00:00:02.000Z' };
    await sayEnd(objects, job, rank(1), theirs);
    expect(await blamed).toEqual(theirs);
  });

  it('the first of two crashes is to blame, and the other is its echo', async () => {
    const job = order();
    const end = (at: string) => ({ rank: 1, code: 1, reason: 'crash', at });
    await sayEnd(objects, job, rank(1), end('2026-01-01T00:00:00.000Z'));
    expect(await blame(objects, job, rank(0), failed)).toMatchObject({ rank: 1 });
    await sayEnd(objects, job, rank(1), end('2026-01-01T00:00:02.000Z'));
    expect(await blame(objects, job, rank(0), failed)).toBeUndefined();
  });

  it('a machine without a sign of life is to blame, and that is infrastructure', async () => {
    const job = order();
    await sayAlive(objects, job, rank(1));
    expect(await blame(objects, job, rank(0), failed)).toMatchObject({ rank: 1, code: 69 });
  });

  it('rank 0 is to blame when the others live', async () => {
    const job = order();
    const alive = setInterval(() => void sayAlive(objects, job, rank(1)), 50);
    try {
      expect(await blame(objects, job, rank(0), failed)).toBeUndefined();
    } finally {
      clearInterval(alive);
    }
  });
});
