import { constants } from 'node:fs';
import { type FileHandle, open, readlink, realpath } from 'node:fs/promises';

/** A path at which a trainer put something else than a regular file of its folder. */
export class NotPlain extends Error {
  constructor(
    readonly path: string,
    readonly what: string,
  ) {
    super(`${path} is ${what}, not a regular file`);
  }
}

/** Never waits for the writer of a fifo, and never follows a link. */
const FLAGS = constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK | constants.O_NOCTTY;

const KIND: Record<string, string> = {
  ELOOP: 'a symbolic link',
  ENXIO: 'a socket or a device',
  ENODEV: 'a device',
  EACCES: 'a file that cannot be read',
};

async function kindOf(file: FileHandle): Promise<string | undefined> {
  const info = await file.stat();
  if (info.isFile()) return undefined;
  return info.isDirectory() ? 'a folder' : info.isFIFO() ? 'a fifo' : 'a device';
}

/**
 * Opens a file that a trainer wrote. The trainer is a stranger that may still be running: it could have put a link to
 * a file of the engine, or a fifo that never ends, in its place.
 *
 * @param folder the file must really be below it, also when a folder of its path was replaced by a link
 * @returns undefined if there is no such file
 * @throws NotPlain
 */
export async function openPlain(path: string, folder: string): Promise<FileHandle | undefined> {
  let file: FileHandle;
  try {
    file = await open(path, FLAGS);
  } catch (error) {
    const { code = '' } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT' || code === 'ENOTDIR') return undefined;
    if (KIND[code] !== undefined) throw new NotPlain(path, KIND[code]);
    throw error;
  }
  try {
    const what = await kindOf(file);
    if (what !== undefined) throw new NotPlain(path, what);
    const [real, root] = await Promise.all([readlink(handlePath(file)), realpath(folder)]);
    if (!real.startsWith(`${root}/`)) throw new NotPlain(path, 'a file outside its folder');
    return file;
  } catch (error) {
    await file.close();
    throw error;
  }
}

/** A path by which this process can read an open file again, whatever happened to its name since. */
export const handlePath = (file: FileHandle): string => `/proc/self/fd/${file.fd}`;

/**
 * At most the first `bytes` of a file that a trainer wrote.
 *
 * @returns undefined if there is no such file
 * @throws NotPlain
 */
export async function readPlain(
  path: string,
  folder: string,
  bytes: number,
): Promise<{ body: Buffer; size: number } | undefined> {
  const file = await openPlain(path, folder);
  if (!file) return undefined;
  try {
    const { size } = await file.stat();
    const body = Buffer.alloc(Math.min(size, bytes));
    let filled = 0;
    while (filled < body.length) {
      const { bytesRead } = await file.read(body, filled, body.length - filled, filled);
      if (bytesRead === 0) break;
      filled += bytesRead;
    }
    return { body: body.subarray(0, filled), size };
  } finally {
    await file.close();
  }
}
