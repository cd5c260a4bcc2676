import { statfs } from 'node:fs/promises';
import { ExitCode, isRefusal } from '../contracts/exit-code.js';
import type { Ended } from '../activities/ports/exit-record.js';

/** With less room than this a program that writes has failed for want of room. */
const ROOM_BYTES = 16 * 2 ** 20;
const WORDS = /No space left on device|Disk quota exceeded|\bENOSPC\b|\bEDQUOT\b/;

/** True if the file system of a folder has no room left, for bytes or for files. */
async function isFull(folder: string): Promise<boolean> {
  const room = await statfs(folder).catch(() => undefined);
  if (!room) return false;
  return room.bavail * room.bsize < ROOM_BYTES || (room.files > 0 && room.ffree === 0);
}

/**
 * The end of an attempt whose trainer failed while the disk was full: a machine that has no room is infrastructure, and
 * never the trainer's error.
 *
 * @param said the trainer's own words: its reason, or the end of its log
 */
export async function unlessDiskFull(ended: Ended, folder: string, said: string): Promise<Ended> {
  const isOwnError =
    ended.cause === 'trainer' && ended.code > 0 && ended.code < 128 && !isRefusal(ended.code);
  if (!isOwnError || !(WORDS.test(said) || (await isFull(folder)))) return ended;
  return {
    code: ExitCode.infrastructure,
    cause: 'setup',
    reason: `the disk of ${folder} is full (exit code ${ended.code}): free it. ${ended.reason}`.trim(),
  };
}
