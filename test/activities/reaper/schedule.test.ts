import { Client, Connection } from '@temporalio/client';
import { afterAll, beforeAll, expect, inject, it } from 'vitest';
import { REAPER_SCHEDULE } from '../../../contracts/reaper.js';
import { ensureReaper } from '../../../workers/ensure-reaper.js';

let client: Client;
beforeAll(async () => {
  client = new Client({
    connection: await Connection.connect({ address: inject('temporalAddress') }),
    namespace: 'reaper',
  });
});
afterAll(async () => {
  await client.schedule.getHandle(REAPER_SCHEDULE).delete();
  await client.connection.close();
});

const times = { everyMs: 3_600_000, apartMs: 7_200_000, keepSucceededMs: 1_000, keepOthersMs: 2_000 };

it('the schedule of the reaper is made once, follows the configuration, and stays paused when it was', async () => {
  const handle = client.schedule.getHandle(REAPER_SCHEDULE);
  await Promise.all([ensureReaper(client, times), ensureReaper(client, times)]);
  expect((await handle.describe()).spec.intervals).toMatchObject([{ every: 3_600_000 }]);

  await handle.pause('the cluster is being rebuilt');
  await ensureReaper(client, { ...times, everyMs: 7_200_000 });
  const { spec, state, action } = await handle.describe();
  expect(spec.intervals).toMatchObject([{ every: 7_200_000 }]);
  expect(state).toMatchObject({ paused: true, note: 'the cluster is being rebuilt' });
  expect(action.args).toEqual([
    { apartMs: 7_200_000, keepSucceededMs: 1_000, keepOthersMs: 2_000, dryRun: false },
  ]);
});
