import { mkdir, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Log } from '../ports.js';
import { type LogEntry, logLines } from './log-line.js';
import { type OpenSegment, openSegment, recoverSegment } from './segment-file.js';
import type { Shipper } from './ship-segments.js';

export interface RequestLogLimits {
  /** A segment is closed at this size or, below, at this age. */
  segmentBytes: number;
  segmentAgeMs: number;
  /** Longest time that an answered request is kept in memory only. */
  writeEveryMs: number;
  /** Most rows in memory. Further rows are dropped and counted, and likewise beyond `maxWaitingBytes` on disk. */
  maxBufferedRows: number;
  maxWaitingBytes: number;
}

export const requestLogLimits: RequestLogLimits = {
  segmentBytes: 16 * 2 ** 20,
  segmentAgeMs: 30_000,
  writeEveryMs: 100,
  maxBufferedRows: 100_000,
  maxWaitingBytes: 2 ** 30,
};

/** Number of rows that are written at once, without waiting for the timer. */
const WRITE_ROWS = 1_000;

/**
 * Log of all answered rows, which monitoring reads. `append` only puts rows into memory, so that no answer waits for
 * the log.
 */
export interface RequestLog {
  append(entry: LogEntry): void;
  /**
   * Ships all appended rows of a model to the object store and registers them. @throws if that is not possible now
   */
  flush(model: string): Promise<{ segments: number; rows: number }>;
  /** Rows that were dropped because memory or disk was full, and rows of earlier runs that cannot be read. */
  lost(): { dropped: number; setAside: number };
  close(): Promise<void>;
}

export async function openRequestLog(
  { directory, shipper, log }: { directory: string; shipper: Shipper; log: Log },
  limits: RequestLogLimits = requestLogLimits,
): Promise<RequestLog> {
  const open = new Map<string, OpenSegment>();
  let buffer: LogEntry[] = [];
  let [bufferedRows, dropped, setAside] = [0, 0, 0];
  let writing: Promise<void> = Promise.resolve();

  await mkdir(directory, { recursive: true });
  for (const name of await readdir(directory)) {
    const path = join(directory, name);
    if (name.endsWith('.gz')) await rm(path, { force: true });
    if (!name.endsWith('.ndjson')) continue;
    const left = await recoverSegment(path);
    if (!left) continue;
    const { setAside: bad, ...segment } = left;
    setAside += bad;
    if (bad > 0)
      log.warn({ model: left.model, rows: bad }, 'rows of an earlier run cannot be read: set aside');
    log.info({ model: left.model, rows: left.rows }, 'request log of an earlier run found');
    shipper.add(segment);
  }

  async function writeModel(model: string, entries: readonly LogEntry[]): Promise<void> {
    let [lines, rows, firstAt, lastAt] = ['', 0, '9999', ''];
    for (const entry of entries) {
      lines += logLines(entry);
      rows += entry.request.rows;
      for (let row = 0; row < entry.request.rows; row++) {
        const at = entry.request.eventTime(row);
        if (at < firstAt) firstAt = at;
        if (at > lastAt) lastAt = at;
      }
    }
    const segment = open.get(model) ?? (await openSegment(directory, model));
    open.set(model, segment);
    await segment.write(lines, rows, firstAt, lastAt);
    if (segment.bytes >= limits.segmentBytes) await rotate(model);
  }

  async function rotate(model: string): Promise<void> {
    const segment = open.get(model);
    if (!segment) return;
    open.delete(model);
    shipper.add(await segment.close());
  }

  async function writeAll(): Promise<void> {
    const entries = buffer;
    [buffer, bufferedRows] = [[], 0];
    const byModel = new Map<string, LogEntry[]>();
    for (const entry of entries) {
      const some = byModel.get(entry.model);
      if (some) some.push(entry);
      else byModel.set(entry.model, [entry]);
    }
    for (const [model, some] of byModel) await writeModel(model, some);
  }

  /** Runs one write after the other. If the disk is full, rows are lost and counted, and serving goes on. */
  function inTurn(work: () => Promise<void>): Promise<void> {
    writing = writing.then(work).catch((error: unknown) => {
      log.warn({ error: String(error) }, 'request log not written: rows are lost');
    });
    return writing;
  }
  const write = () => inTurn(writeAll);

  const timer = setInterval(() => {
    if (buffer.length > 0) void write();
    const now = Date.now();
    for (const [model, segment] of open)
      if (now - segment.openedAtMs >= limits.segmentAgeMs) void inTurn(() => rotate(model));
  }, limits.writeEveryMs);

  return {
    append: (entry) => {
      const { rows } = entry.request;
      if (bufferedRows + rows > limits.maxBufferedRows || shipper.waitingBytes() > limits.maxWaitingBytes) {
        if (dropped === 0) log.warn({ model: entry.model }, 'request log is full: rows are dropped');
        dropped += rows;
        return;
      }
      buffer.push(entry);
      const before = bufferedRows;
      bufferedRows += rows;
      if (before < WRITE_ROWS && bufferedRows >= WRITE_ROWS) setImmediate(() => void write());
    },
    flush: async (model) => {
      await write();
      await inTurn(() => rotate(model));
      return shipper.shipNow(model);
    },
    lost: () => ({ dropped, setAside }),
    close: async () => {
      clearInterval(timer);
      await write();
      for (const model of [...open.keys()]) await rotate(model);
      await shipper.stop();
    },
  };
}
