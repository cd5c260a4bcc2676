import pTimeout from 'p-timeout';
import type { Services } from '../operations/ports/services.js';
import type { Config } from './config.js';

/** A server that is silent must not keep a process that has given its answer. */
const CLOSE_MS = 3_000;

/** Open once; a failed attempt is forgotten, so that a caller that waits for a server can ask again. */
function once<T>(open: () => Promise<T>): { get: () => Promise<T>; opened: () => Promise<T> | undefined } {
  let opened: Promise<T> | undefined;
  return {
    get: () => {
      opened ??= open().catch((error: unknown) => {
        opened = undefined;
        throw error;
      });
      return opened;
    },
    opened: () => opened,
  };
}

/** The servers as operations see them. Drivers are loaded when the first operation needs them. */
export function openServices(config: Config): Services {
  const workflows = once(async () =>
    (await import('./adapters/temporal/workflows.js')).openWorkflows(config),
  );
  const records = once(async () => (await import('./adapters/postgres/records.js')).openRecords(config));
  const storage = once(async () => (await import('./adapters/s3/storage.js')).openStorage(config));
  const { temporal, objectStore, gateway, api, python, dataDir, jobsDir, reaper } = config;
  return {
    settings: {
      python,
      dataDir,
      jobsDir,
      ...(config.engineId === undefined ? {} : { engineId: config.engineId }),
      gatewayUrl: gateway.url,
      apiUrl: api.url,
      temporal: `${temporal.address}, namespace ${temporal.namespace}`,
      objectStore: `${objectStore.endpoint}:${objectStore.port}, bucket ${objectStore.bucket}`,
      reaper: {
        apartMs: reaper.apartMs,
        keepSucceededMs: reaper.keepSucceededMs,
        keepOthersMs: reaper.keepOthersMs,
      },
    },
    workflows: workflows.get,
    records: records.get,
    storage: storage.get,
    close: async () => {
      const open = [workflows.opened(), records.opened()].filter((service) => service !== undefined);
      const closing = open.map(async (service) => ((await service) as { close(): Promise<void> }).close());
      await pTimeout(Promise.allSettled(closing), { milliseconds: CLOSE_MS, fallback: () => undefined });
    },
  };
}
