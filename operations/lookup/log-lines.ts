import { type LogStore, logPrefix, partsFrom } from '../../contracts/job-log.js';

const NEWLINE = 10;

/** Offset at which the last `lines` lines begin. The log is read backwards, no further than needed. */
export async function offsetOfTail(store: LogStore, jobKey: string, lines: number): Promise<number> {
  const parts = partsFrom(await store.list(logPrefix(jobKey)), 0);
  const last = parts.at(-1);
  if (lines === 0 && last) return last.offset + ((await store.get(last.key))?.body.length ?? 0);
  let wanted = lines;
  let isEnd = true;
  for (const { key, offset } of parts.reverse()) {
    const body = (await store.get(key))?.body ?? new Uint8Array();
    // The line feed at the end of the log does not begin another line.
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

/** Cuts a stream of bytes into whole lines. */
export function lineCutter() {
  const decoder = new TextDecoder();
  let rest: Uint8Array = new Uint8Array();
  return {
    /** The lines that are complete after these bytes. */
    cut: (bytes: Uint8Array): string[] => {
      const all = rest.length === 0 ? bytes : Buffer.concat([rest, bytes]);
      const end = all.lastIndexOf(NEWLINE);
      rest = all.subarray(end + 1);
      return end === -1 ? [] : decoder.decode(all.subarray(0, end)).split('\n');
    },
    /** Number of bytes of the incomplete last line. */
    pendingBytes: (): number => rest.length,
    /** The incomplete last line, if there is one. */
    end: (): string[] => {
      const last = decoder.decode(rest);
      rest = new Uint8Array();
      return last === '' ? [] : [last];
    },
  };
}
