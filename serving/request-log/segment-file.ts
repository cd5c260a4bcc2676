import {
  type FileHandle,
  appendFile,
  open,
  readFile,
  rename,
  rm,
  truncate,
  writeFile,
} from 'node:fs/promises';
import { randomUUID } from 'node:crypto';
import { basename, join } from 'node:path';
import { RequestLogRow } from '../../contracts/request-log.js';

/** Facts about a closed segment on disk. */
export interface ClosedSegment {
  path: string;
  model: string;
  bytes: number;
  rows: number;
  firstAt: Date;
  lastAt: Date;
}

/** A segment that is still written: `<model>.<uuid>.ndjson`. Model names have no dots. */
export interface OpenSegment {
  readonly bytes: number;
  readonly openedAtMs: number;
  /** Resolves when the operating system has the lines. */
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
 * Recover a segment after a crash. An incomplete last line is cut off. Lines that are no rows of the log move to
 * `<segment>.set-aside`, which stays for a person.
 *
 * @returns undefined if the file has no complete row; the file is then deleted
 */
export async function recoverSegment(
  path: string,
): Promise<(ClosedSegment & { setAside: number }) | undefined> {
  const text = await readFile(path, 'utf8');
  const lines = text.slice(0, text.lastIndexOf('\n') + 1).split('\n');
  const good: string[] = [];
  const bad: string[] = [];
  // Compared as times: as texts, a year of six digits would come before all others.
  let [first, last] = [Infinity, -Infinity];
  for (const line of lines) {
    if (line === '') continue;
    const parsed = RequestLogRow.safeParse(parse(line));
    const ms = parsed.success ? Date.parse(parsed.data.event_time) : NaN;
    (Number.isNaN(ms) ? bad : good).push(`${line}\n`);
    if (Number.isNaN(ms)) continue;
    first = Math.min(first, ms);
    last = Math.max(last, ms);
  }
  if (bad.length > 0) await appendFile(`${path}.set-aside`, bad.join(''));
  if (good.length === 0) {
    await rm(path, { force: true });
    return undefined;
  }
  const whole = good.join('');
  if (bad.length > 0) {
    await writeFile(`${path}.partial`, whole);
    await rename(`${path}.partial`, path);
  }
  const bytes = Buffer.byteLength(whole);
  await truncate(path, bytes);
  const model = basename(path).split('.')[0] ?? '';
  return {
    ...{ path, model, bytes, rows: good.length, setAside: bad.length },
    firstAt: new Date(first),
    lastAt: new Date(last),
  };
}

function parse(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
  }
}
