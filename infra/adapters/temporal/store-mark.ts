import {
  Client,
  Connection,
  ScheduleAlreadyRunning,
  ScheduleNotFoundError,
  type ScheduleOptions,
} from '@temporalio/client';
import { ReaperInput } from '../../../contracts/reaper.js';
import { StoreMark } from '../../../contracts/store-ages.js';
import { TaskQueue } from '../../../contracts/task-queues.js';
import type { Config } from '../../config.js';
import type { MarkedStore } from '../../../operations/ports/marked-store.js';

/** A schedule that never fires: its note holds the mark. Temporal has no other place for a value that changes. */
const STORE_MARK_SCHEDULE = 'store-mark';

const scheduleWith = (note: string): Omit<ScheduleOptions, 'scheduleId'> & { state: { note: string } } => ({
  spec: {},
  state: { paused: true, note },
  action: {
    type: 'startWorkflow',
    workflowType: 'reaper',
    workflowId: STORE_MARK_SCHEDULE,
    taskQueue: TaskQueue.control,
    // Does nothing, should a person let it fire.
    args: [ReaperInput.parse({ apartMs: 0, keepSucceededMs: 0, keepOthersMs: 0, dryRun: true })],
  },
});

export const markInTemporal = (client: Pick<Client, 'schedule'>): MarkedStore => ({
  name: 'Temporal',
  read: async () => {
    try {
      const { state } = await client.schedule.getHandle(STORE_MARK_SCHEDULE).describe();
      return StoreMark.parse(JSON.parse(state.note ?? ''));
    } catch (error) {
      if (error instanceof ScheduleNotFoundError) return undefined;
      throw error;
    }
  },
  write: async (mark) => {
    const wanted = scheduleWith(JSON.stringify(mark));
    try {
      await client.schedule.create({ scheduleId: STORE_MARK_SCHEDULE, ...wanted });
    } catch (error) {
      if (!(error instanceof ScheduleAlreadyRunning)) throw error;
      await client.schedule.getHandle(STORE_MARK_SCHEDULE).update(() => wanted);
    }
  },
});

/** Connects to Temporal for its mark alone. */
export async function openMarkInTemporal({
  temporal,
}: Pick<Config, 'temporal'>): Promise<{ store: MarkedStore; close: () => Promise<void> }> {
  const { address, namespace, tls, apiKey } = temporal;
  const connection = await Connection.connect({ address, tls, ...(apiKey === undefined ? {} : { apiKey }) });
  return {
    store: markInTemporal(new Client({ connection, namespace })),
    close: () => connection.close(),
  };
}
