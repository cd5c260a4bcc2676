import type { Config } from '../../infra/config.js';
import type { Database } from './database.js';
import type { ObjectStorage } from './object-storage.js';
import type { Temporal } from './temporal.js';

/** The servers, each opened when it is first needed: a command that needs one works while another is down. */
export interface Services {
  config: Config;
  temporal(): Promise<Temporal>;
  database(): Promise<Database>;
  storage(): Promise<ObjectStorage>;
  close(): Promise<void>;
}

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

export function openServices(config: Config): Services {
  const temporal = once(async () => (await import('./temporal.js')).openTemporal(config));
  const database = once(async () => (await import('./database.js')).openClientDatabase(config));
  const storage = once(async () => (await import('./object-storage.js')).openObjectStorage(config));
  return {
    config,
    temporal: temporal.get,
    database: database.get,
    storage: storage.get,
    close: async () => {
      const open = [temporal.opened(), database.opened()].filter((service) => service !== undefined);
      for (const service of await Promise.allSettled<{ close(): Promise<void> }>(open))
        if (service.status === 'fulfilled') await service.value.close();
    },
  };
}
