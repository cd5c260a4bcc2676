import { type FileHandle, open } from 'node:fs/promises';
import { type LogLimits, logLimits, logPartKey } from '../../../contracts/job-log.js';
import type { ObjectStore } from '../../ports/object-store.js';

async function read(file: FileHandle, from: number, to: number): Promise<Buffer> {
  const { buffer, bytesRead } = await file.read({ buffer: Buffer.alloc(to - from), position: from });
  return buffer.subarray(0, bytesRead);
}

const sizeOf = async (file: FileHandle): Promise<number> => (await file.stat()).size;

/**
 * Uploads a log file that others write to. While the store is away nothing is lost: the file keeps it, and the next
 * upload begins where the last one that succeeded ended.
 *
 * @param path the log; one that is not there yet is empty
 */
export function logUploader(
  objects: Pick<ObjectStore, 'put'>,
  jobKey: string,
  path: string,
  limits: LogLimits = logLimits,
) {
  const { partBytes, totalBytes, tailBytes } = limits;
  /** Offset of the part that grows, and of what the store has. */
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
    /** What is new since the last upload. */
    next: () => withFile(upload),
    /** The same, and the end of a log that was cut. */
    last: () =>
      withFile(async (file) => {
        await upload(file);
        const size = await sizeOf(file);
        const from = Math.max(size - tailBytes, uploaded);
        if (from < size) await put(from, await read(file, from, size));
      }),
  };
}
