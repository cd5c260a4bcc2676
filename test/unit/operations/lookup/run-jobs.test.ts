import { expect, it } from 'vitest';
import type { Services } from '../../../../operations/ports/services.js';
import type { Storage } from '../../../../operations/ports/storage.js';
import { runJobs } from '../../../../operations/lookup/run-jobs.js';

const jobs = [
  { jobKey: 'one', state: 'running', reason: null },
  { jobKey: 'two', state: 'running', reason: 'its own' },
  { jobKey: 'over', state: 'succeeded', reason: null },
];

const servicesWith = (storage: () => Promise<Pick<Storage, 'objects'>>): Services =>
  ({ records: async () => ({ views: { jobs: async () => jobs } }), storage }) as unknown as Services;
const storeWith = (get: Storage['objects']['get']) => async () => ({
  objects: { get, list: async () => [] },
});

it('has the progress of each unfinished job', async () => {
  const progress = { step: 2, total: 4, metrics: {}, at: '2026-01-01T00:00:00.000Z' };
  const store = storeWith(async (key) =>
    key.startsWith('beats/') ? { body: Buffer.from(JSON.stringify({ progress })) } : undefined,
  );
  const [one, two, ...more] = await runJobs(servicesWith(store), 'm', 'r');
  expect(one).toMatchObject({ job: { jobKey: 'one', reason: null }, progress, figures: { step: 2 } });
  expect(two).toMatchObject({ job: { jobKey: 'two' }, progress });
  expect(more).toEqual([]);
});

it.each([
  ['cannot be opened', () => Promise.reject(new Error('outer', { cause: new Error('the store is silent') }))],
  ['does not give a beat', storeWith(() => Promise.reject(new Error('the store is silent')))],
])('shows the jobs and the hindrance if the store %s', async (_what, store) => {
  const [one, two] = await runJobs(servicesWith(store), 'm', 'r');
  expect(one).toEqual({
    job: { ...jobs[0], reason: 'its progress cannot be read: the store is silent' },
    ...{ progress: null, figures: null },
  });
  expect(two?.job.reason).toBe('its own');
});

it('does not wait for a store for longer than its patience', async () => {
  const silent = storeWith(() => new Promise(() => undefined));
  const [one] = await runJobs(servicesWith(silent), 'm', 'r', 40);
  expect(one?.job.reason).toBe('its progress cannot be read: the object store does not answer within 0.04 s');
});
