import { type FileHandle, open } from 'node:fs/promises';
import { type LogLimits, logLimits, logPartKey } from '../contracts/job-log.js';
import type { ObjectStore } from '../activities/ports/object-store.js';

async function read(file: FileHandle, from: number, to: number): Promise<Buffer> {
  const { buffer, bytesRead } = await file.read({ buffer: Buffer.alloc(to - from), position: from });
  return buffer.subarray(0, bytesRead);
}

const sizeOf = async (file: FileHandle): Promise<number> => (await file.stat()).size;

/**
 * Uploads a log file while other processes write to it. If the object store is away, the next upload begins where
 * the last successful one ended.
 *
 * @param path the log; a missing file counts as empty
 */
export function logUploader(
  objects: Pick<ObjectStore, 'put'>,
  jobKey: string,
  path: string,
  limits: LogLimits = logLimits,
) {
  const { partBytes, totalBytes, tailBytes } = limits;
  /** `start` is the offset of the current part, `uploaded` the offset up to which the store has the log. */
  let start = 0;
  let uploaded = 0;

  const put = (offset: number, bytes: Uint8Array): Promise<void> =>
    objects.put(logPartKey(jobKey, offset), bytes);

  async function upload(file: FileHandle): Promise<void> {
    const size = await sizeOf(file);
    const end = Math.min(size, totalBytes);
    while (uploaded < end) {
      const bytes = await read(file, start, Math.min(start + partBytes, end));
      await put(start, bytes);
      uploaded = start + bytes.length;
      if (bytes.length === partBytes) start = uploaded;
    }
  }

  const withFile = async (work: (file: FileHandle) => Promise<void>): Promise<void> => {
    const file = await open(path).catch((error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOENT') return undefined;
      throw error;
    });
    if (!file) return;
    try {
      await work(file);
    } finally {
      await file.close();
    }
  };

  return {
    /** Uploads the text since the last upload. */
    next: () => withFile(upload),
    /** Uploads the rest, and for a truncated log also its end. */
    last: () =>
      withFile(async (file) => {
        await upload(file);
        const size = await sizeOf(file);
        const from = Math.max(size - tailBytes, uploaded);
        if (from < size) await put(from, await read(file, from, size));
      }),
  };
}
