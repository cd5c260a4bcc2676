import { openPlain } from './plain-file.js';

/** Most bytes of one read; the rest follows in the next one. */
const CHUNK_BYTES = 2 ** 20;
/** Longest line that is read. A longer one is left out. */
export const LINE_BYTES = 64 * 1024;
/** Part of the file that is read. Later lines are left out. */
export const FILE_BYTES = 2 ** 30;

/** Reads the lines of a file that a trainer appends to, each once, in bounded memory. */
export function lineReader(path: string, folder: string) {
  let offset = 0;
  /** True while the rest of a line that is too long is passed over. */
  let isSkipping = false;

  async function read(): Promise<string[]> {
    const file = await openPlain(path, folder).catch(() => undefined);
    if (!file) return [];
    try {
      const room = Math.min(CHUNK_BYTES, FILE_BYTES - offset);
      if (room <= 0) return [];
      const { buffer, bytesRead } = await file.read({ buffer: Buffer.alloc(room), position: offset });
      const read = buffer.subarray(0, bytesRead);
      // Complete lines only. The rest, which may end within a character, is read again next time.
      const end = read.lastIndexOf(10) + 1;
      if (end === 0) {
        if (read.length > LINE_BYTES) {
          isSkipping = true;
          offset += read.length;
        }
        return [];
      }
      offset += end;
      const lines: string[] = [];
      for (let from = 0; from < end;) {
        const to = read.indexOf(10, from);
        if (!isSkipping && to > from && to - from <= LINE_BYTES) lines.push(read.toString('utf8', from, to));
        isSkipping = false;
        from = to + 1;
      }
      return lines;
    } finally {
      await file.close();
    }
  }
  let reading: Promise<string[]> = Promise.resolve([]);

  return {
    /** The lines since the last read, as many as one read takes. Reads are queued one after the other. */
    next: (): Promise<string[]> => (reading = reading.then(read, read)),
    /** Bytes of the file that were read. It stays where it is when nothing new was written. */
    position: (): number => offset,
  };
}
