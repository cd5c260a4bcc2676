import { setTimeout as sleep } from 'node:timers/promises';
import { type LogStore, logPrefix, partsFrom, readLog } from '../../contracts/job-log.js';
import type { Services } from '../services/services.js';
import { findJob, isOver } from './find-job.js';

export interface LogLines {
  jobKey: string;
  /** Whole lines; the last of a job that is over may have had no end. */
  lines: string[];
}

export interface LogOptions {
  /** Of the intent; left out: the newest. */
  attempt?: number;
  /** Go on until the job is over. */
  follow?: boolean;
  /** Only so many last lines of what is there. */
  tail?: number;
  /** Time between two looks. */
  intervalMs?: number;
  signal?: AbortSignal;
}

const NEWLINE = 10;

/** Offset of the first of the last `lines` lines; parts are read from the end, and no more than needed. */
async function offsetOfTail(store: LogStore, jobKey: string, lines: number): Promise<number> {
  const parts = partsFrom(await store.list(logPrefix(jobKey)), 0);
  const last = parts.at(-1);
  if (lines === 0 && last) return last.offset + ((await store.get(last.key))?.body.length ?? 0);
  let wanted = lines;
  let isEnd = true;
  for (const { key, offset } of parts.reverse()) {
    const body = (await store.get(key))?.body ?? new Uint8Array();
    // The end of the last line begins no other one.
    const begin = isEnd && body.at(-1) === NEWLINE ? body.length - 2 : body.length - 1;
    isEnd = false;
    for (let at = begin; at >= 0; at -= 1) {
      if (body[at] !== NEWLINE) continue;
      wanted -= 1;
      if (wanted <= 0) return offset + at + 1;
    }
  }
  return 0;
}

/** Cuts bytes that come in pieces into lines. */
function lineCutter() {
  const decoder = new TextDecoder();
  let rest = '';
  return {
    cut: (bytes: Uint8Array): string[] => {
      const lines = (rest + decoder.decode(bytes, { stream: true })).split('\n');
      rest = lines.pop() ?? '';
      return lines;
    },
    end: (): string[] => {
      const last = rest + decoder.decode();
      rest = '';
      return last === '' ? [] : [last];
    },
  };
}

/**
 * What a job printed, as far as it is uploaded: a few seconds old while it runs, all of it afterwards.
 *
 * @throws MainspringError `not-found`, `unreachable`
 */
export async function* logs(
  services: Services,
  name: string,
  { attempt, follow = false, tail, intervalMs = 1_000, signal }: LogOptions = {},
): AsyncGenerator<LogLines, void, void> {
  const { jobKey } = await findJob(services, name, attempt === undefined ? {} : { attempt });
  const { objects } = await services.storage();
  const { views } = await services.database();
  let from = tail === undefined ? 0 : await offsetOfTail(objects, jobKey, tail);
  const cutter = lineCutter();
  for (;;) {
    // Asked before the log is read: what a job that is over printed is all there.
    let isDone = !follow;
    try {
      if (follow) isDone = (await views.jobs({ jobKey, limit: 1 })).every(isOver);
      for await (const { offset, missing, bytes } of readLog(objects, jobKey, from)) {
        const gap =
          missing > 0 ? [`[mainspring] ${missing} bytes are left out here: the log is too long`] : [];
        const lines = [...gap, ...cutter.cut(bytes)];
        from = offset + bytes.length;
        if (lines.length > 0) yield { jobKey, lines };
      }
    } catch (error) {
      // A store that goes away for a while is waited for, by those who wait.
      if (!follow) throw error;
      isDone = false;
    }
    if (isDone) break;
    try {
      await sleep(intervalMs, undefined, signal ? { signal } : {});
    } catch {
      break;
    }
  }
  const lines = cutter.end();
  if (lines.length > 0) yield { jobKey, lines };
}
