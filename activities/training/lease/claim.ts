import type { ObjectStore } from '../../ports/object-store.js';

/** Who works on an attempt. Written once, never changed. */
export interface Claim {
  nonce: string;
  host: string;
  pid: number;
  at: string;
}

export const claimKey = (jobKey: string): string => `claims/${jobKey}`;

/** True for one process of an attempt only; asking again with the same nonce gives the same answer. */
export async function claim(
  objects: Pick<ObjectStore, 'create' | 'get'>,
  jobKey: string,
  mine: Claim,
): Promise<boolean> {
  if (await objects.create(claimKey(jobKey), JSON.stringify(mine))) return true;
  const found = await objects.get(claimKey(jobKey));
  return found !== undefined && (JSON.parse(found.body.toString()) as Claim).nonce === mine.nonce;
}
