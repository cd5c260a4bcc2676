import { type FileHandle, open, readFile, rename, rm, truncate } from 'node:fs/promises';
import { randomUUID } from 'node:crypto';
import { basename, join } from 'node:path';
import { RequestLogRow } from '../../contracts/request-log.js';

/** What is known of a closed segment on disk. */
export interface ClosedSegment {
  path: string;
  model: string;
  bytes: number;
  rows: number;
  firstAt: Date;
  lastAt: Date;
}

/** A segment that is being written: `<model>.<uuid>.ndjson`, model names have no dots. */
export interface OpenSegment {
  readonly bytes: number;
  readonly openedAtMs: number;
  /** Resolves when the lines are with the operating system. */
  write(lines: string, rows: number, firstAt: string, lastAt: string): Promise<void>;
  close(): Promise<ClosedSegment>;
}

export async function openSegment(directory: string, model: string): Promise<OpenSegment> {
  const path = join(directory, `${model}.${randomUUID()}.ndjson`);
  const file: FileHandle = await open(path, 'ax');
  let [bytes, rows] = [0, 0];
  // RFC 3339 in UTC with the same number of digits sorts as text.
  let [from, to] = ['9999', ''];
  return {
    get bytes() {
      return bytes;
    },
    openedAtMs: Date.now(),
    write: async (lines, count, firstAt, lastAt) => {
      await file.appendFile(lines);
      bytes += Buffer.byteLength(lines);
      rows += count;
      if (firstAt < from) from = firstAt;
      if (lastAt > to) to = lastAt;
    },
    close: async () => {
      await file.close();
      return { path, model, bytes, rows, firstAt: new Date(from), lastAt: new Date(to) };
    },
  };
}

/**
 * What a crash left: the last line may be torn and is cut off.
 *
 * @returns undefined when nothing whole is in it; the file is gone then
 */
export async function recoverSegment(path: string): Promise<ClosedSegment | undefined> {
  const text = await readFile(path, 'utf8');
  const whole = text.slice(0, text.lastIndexOf('\n') + 1);
  const times: string[] = [];
  for (const line of whole.split('\n')) {
    if (line === '') continue;
    const parsed = RequestLogRow.safeParse(parse(line));
    if (!parsed.success) {
      // Not ours, or damaged on disk: kept for a person, out of the way.
      await rename(path, `${path}.unreadable`);
      return undefined;
    }
    times.push(parsed.data.event_time);
  }
  times.sort();
  const [first] = times;
  const last = times.at(-1);
  if (first === undefined || last === undefined) {
    await rm(path, { force: true });
    return undefined;
  }
  const bytes = Buffer.byteLength(whole);
  await truncate(path, bytes);
  const model = basename(path).split('.')[0] ?? '';
  return { path, model, bytes, rows: times.length, firstAt: new Date(first), lastAt: new Date(last) };
}

function parse(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
  }
}
