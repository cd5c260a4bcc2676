import type { Records } from './records.js';
import type { Storage } from './storage.js';
import type { Workflows } from './workflows.js';

/** Settings that operations read. */
export interface Settings {
  /** Python command that starts trainers. */
  python: string;
  /** Label of this installation, if it was given one. Default: the id in its database. */
  engineId?: string;
  /** Folder of this machine's files. */
  dataDir: string;
  /** Folder of jobs and their environments. */
  jobsDir: string;
  /** Address of the inference gateway, e.g. `http://127.0.0.1:8080`. */
  gatewayUrl: string;
  /** Address of the HTTP API. */
  apiUrl: string;
  /** host:port and namespace, for display. */
  temporal: string;
  /** host:port and bucket, for display. */
  objectStore: string;
  reaper: { apartMs: number; keepSucceededMs: number; keepOthersMs: number };
}

/**
 * The servers. Each is opened when it is first needed, so that an operation does not fail because of a server that it
 * does not use.
 */
export interface Services {
  settings: Settings;
  workflows(): Promise<Workflows>;
  records(): Promise<Records>;
  storage(): Promise<Storage>;
  close(): Promise<void>;
}
