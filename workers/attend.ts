import { randomUUID } from 'node:crypto';
import { hostname } from 'node:os';
import type { Logger } from 'pino';
import { type ClockVerdict, type ClockReading } from '../contracts/clock.js';
import type { Pool } from '../contracts/task-queues.js';
import { VERSION } from '../contracts/version.js';
import { openDatabase } from '../infra/adapters/postgres/database.js';
import { openWorkerRecords } from '../infra/adapters/postgres/worker-records.js';
import { readClocks } from '../infra/clocks/read-clocks.js';
import type { Config } from '../infra/config.js';
import { type ClockWatch, stateOf, watchClock } from './clock-watch.js';

/** Reports this process to the database, which `doctor` reads, and watches its clock. */
export async function attend(
  { postgres, objectStore }: Config,
  pool: Pool,
  log: Logger,
): Promise<Omit<ClockWatch, 'close'> & { detail: () => string; close: () => Promise<void> }> {
  const db = openDatabase(postgres.url, { max: 1 });
  const records = openWorkerRecords(db);
  const id = randomUUID();
  let state = 'running';
  const watch = await watchClock({
    read: () => readClocks({ db, s3: objectStore }),
    warn: (sentence) => log.warn(sentence),
    tell: async (verdict: ClockVerdict, readings: readonly ClockReading[]) => {
      state = stateOf(verdict);
      const aheadMs = readings.find(({ server }) => server === 'PostgreSQL')?.aheadMs;
      await records.report({
        id,
        pool,
        host: hostname(),
        pid: process.pid,
        version: VERSION,
        state,
        aheadMs,
      });
    },
  });
  return {
    ...watch,
    detail: () => (state === 'running' ? '' : state),
    close: async () => {
      watch.close();
      await records.leave(id).catch(() => undefined);
      await db.destroy();
    },
  };
}
