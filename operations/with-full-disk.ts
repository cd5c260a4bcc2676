import { fail, failureIn } from '../contracts/failures.js';
import type { Services } from './ports/services.js';
import { fullDisksOf } from './system/checks/disk.js';

/** Adds that the disk is full to the error of a server that is away: it is the likely reason. Other errors stay as they are. */
export async function withFullDisk(error: unknown, services: Pick<Services, 'settings'>): Promise<unknown> {
  const failure = failureIn(error);
  if (failure?.kind !== 'unreachable') return error;
  const full = await fullDisksOf(services);
  if (full.length === 0) return error;
  const { type, message, remedy, details } = failure;
  return fail(type, message, {
    remedy: `The disk is full. Free space there: ${full.join('; ')}. ${remedy}`,
    details,
    cause: error,
  });
}
