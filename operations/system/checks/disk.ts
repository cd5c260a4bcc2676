import { statfs } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import type { Services } from '../../ports/services.js';
import { type Check, ok } from './check.js';

const GIB = 2 ** 30;
/** Below this a checkpoint, a table or a log soon finds no room. */
const LOW_BYTES = 2 * GIB;
/** Below this the servers cannot write reliably. */
const FULL_BYTES = 200 * 2 ** 20;

interface Room {
  folder: string;
  freeBytes: number;
  freeFiles: number;
}

const shown = (bytes: number): string =>
  bytes >= GIB ? `${(bytes / GIB).toFixed(1)} GiB` : `${Math.floor(bytes / 2 ** 20)} MiB`;

/** The room that an unprivileged program has left in a folder; undefined if the folder is not there. */
export async function roomOf(folder: string): Promise<Room | undefined> {
  try {
    const { bavail, bsize, ffree, files } = await statfs(folder);
    // Some file systems count no files.
    return { folder, freeBytes: bavail * bsize, freeFiles: files === 0 ? Infinity : ffree };
  } catch {
    return undefined;
  }
}

const isFull = ({ freeBytes, freeFiles }: Room): boolean => freeBytes < FULL_BYTES || freeFiles < 1_000;
const isLow = ({ freeBytes }: Room): boolean => freeBytes < LOW_BYTES;

/** The folders of this machine that are full or nearly so, in words. */
export async function shortOfRoom(
  folders: readonly string[],
): Promise<{ full: string[]; low: string[]; rooms: string[] }> {
  const rooms = (await Promise.all([...new Set(folders)].map(roomOf))).filter((room) => room !== undefined);
  const say = ({ folder, freeBytes, freeFiles }: Room): string =>
    `${folder}: ${shown(freeBytes)} free${freeFiles < 1_000 ? `, room for ${freeFiles} files` : ''}`;
  return {
    full: rooms.filter(isFull).map(say),
    low: rooms.filter((room) => isLow(room) && !isFull(room)).map(say),
    rooms: rooms.map(say),
  };
}

/** The folders of the engine that are full, in words. */
export const fullDisksOf = async ({ settings }: Pick<Services, 'settings'>): Promise<string[]> =>
  (await shortOfRoom([settings.dataDir, settings.jobsDir])).full;

export const disk: Check = {
  what: 'disk',
  look: async ({ settings }) => {
    const { full, low, rooms } = await shortOfRoom([settings.dataDir, settings.jobsDir, tmpdir()]);
    if (full.length === 0 && low.length === 0) return ok(rooms.join('; '));
    return {
      verdict: full.length > 0 ? 'fail' : 'warn',
      detail: `${full.length > 0 ? 'full' : 'nearly full'}: ${[...full, ...low].join('; ')}`,
      remedy:
        'Free space there: `mainspring storage` shows what the object store holds, MAINSPRING_KEEP_JOBS_DAYS and ' +
        'MAINSPRING_KEEP_LOGS_DAYS when it goes. Steps that found no room are tried again and go on by themselves.',
    };
  },
};
