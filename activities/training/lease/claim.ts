import type { ObjectStore } from '../../ports/object-store.js';
import type { Head } from './head.js';

/** The process that works on an attempt. Written once, never changed. */
export interface Claim {
  nonce: string;
  host: string;
  pid: number;
  at: string;
  /**
   * GPUs that the process holds; billed if it is killed before its first beat. Default: missing in claims of older
   * wrappers.
   */
  gpus?: number;
  /** The native job that owns the claim; only present for a job of several machines. */
  gang?: string;
  /** The checkpoint that the attempt resumes from; null if it starts at the beginning. */
  resumesFrom?: Head['checkpoint'];
}

export const claimKey = (jobKey: string): string => `claims/${jobKey}`;

/** Returns true for exactly one process of an attempt. A repeated call with the same nonce gives the same answer. */
export async function claim(
  objects: Pick<ObjectStore, 'create' | 'get'>,
  jobKey: string,
  mine: Claim,
): Promise<boolean> {
  if (await objects.create(claimKey(jobKey), JSON.stringify(mine))) return true;
  return (await readClaim(objects, jobKey))?.nonce === mine.nonce;
}

export async function readClaim(
  objects: Pick<ObjectStore, 'get'>,
  jobKey: string,
): Promise<Claim | undefined> {
  const found = await objects.get(claimKey(jobKey));
  return found && (JSON.parse(found.body.toString()) as Claim);
}
