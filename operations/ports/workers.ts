/** The last report of a worker process. */
export interface WorkerRecord {
  pool: string;
  host: string;
  pid: number;
  version: string;
  /** `running`, or a reason why it takes no work. */
  state: string;
  /** How far its clock is ahead of the database's; null if it could not be told. */
  aheadMs: number | null;
  /** Time since the report. */
  silentMs: number;
}

/** A worker reports every 15 seconds. */
const SILENT_MS = 60_000;
export const isAlive = ({ silentMs }: WorkerRecord): boolean => silentMs < SILENT_MS;

export const nameOf = ({ pool, host, pid }: WorkerRecord): string => `${pool} on ${host} (pid ${pid})`;
