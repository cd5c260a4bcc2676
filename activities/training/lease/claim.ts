import type { ObjectStore } from '../../ports/object-store.js';
import type { Head } from './head.js';

/** Who works on an attempt. Written once, never changed. */
export interface Claim {
  nonce: string;
  host: string;
  pid: number;
  at: string;
  /** What it holds from here on: billed when it is killed before its first beat. Claims of older wrappers lack it. */
  gpus?: number;
  /** Of a job of several machines: the native job that has it. */
  gang?: string;
  /** The checkpoint that the attempt goes on from; null when it begins anew. */
  resumesFrom?: Head['checkpoint'];
}

export const claimKey = (jobKey: string): string => `claims/${jobKey}`;

/** True for one process of an attempt only; asking again with the same nonce gives the same answer. */
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
