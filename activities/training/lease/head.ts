import type { ArtifactRef } from '../../../contracts/artifacts.js';
import type { ObjectStore } from '../../ports/object-store.js';

/**
 * What counts of an intent. A checkpoint or a result counts only once the head points at it, and the head lets only its
 * own attempt write: this is the fence.
 */
export interface Head {
  attempt: number;
  cancelled: boolean;
  /** `attempt`: which one wrote it. */
  checkpoint: { step: number; attempt: number; manifest: ArtifactRef } | null;
  result: { attempt: number; manifest: ArtifactRef } | null;
}

type Store = Pick<ObjectStore, 'get' | 'create' | 'swap'>;

export const headKey = (intent: string): string => `heads/${intent}.json`;

async function load(objects: Store, intent: string): Promise<{ head: Head; etag: string } | undefined> {
  const found = await objects.get(headKey(intent));
  return found && { head: JSON.parse(found.body.toString()) as Head, etag: found.etag };
}

export const readHead = async (objects: Store, intent: string): Promise<Head | undefined> =>
  (await load(objects, intent))?.head;

/**
 * Change the head by compare-and-swap.
 *
 * @param change the new head, or null to leave it; is asked again when somebody else was first, so it must be pure
 * @returns the head as it is afterwards
 */
async function changeHead(
  objects: Store,
  intent: string,
  change: (head: Head | undefined) => Head | null,
): Promise<Head | undefined> {
  for (;;) {
    const found = await load(objects, intent);
    const next = change(found?.head);
    if (!next) return found?.head;
    const body = JSON.stringify(next);
    const done = found
      ? await objects.swap(headKey(intent), body, found.etag)
      : await objects.create(headKey(intent), body);
    if (done) return next;
  }
}

const empty = (attempt: number): Head => ({ attempt, cancelled: false, checkpoint: null, result: null });

/** Give the intent to an attempt: from now on no lower one can write. Leaves an intent that has its result. */
export async function fence(objects: Store, intent: string, attempt: number): Promise<Head> {
  const head = await changeHead(objects, intent, (found) => {
    if (!found) return empty(attempt);
    return found.result || found.attempt >= attempt ? null : { ...found, attempt, cancelled: false };
  });
  return head ?? empty(attempt);
}

/** Nobody may go on with this attempt or a lower one. Leaves an intent that has its result: it came first. */
export const cancelHead = (objects: Store, intent: string, attempt: number): Promise<Head | undefined> =>
  changeHead(objects, intent, (found) => {
    if (!found) return { ...empty(attempt), cancelled: true };
    return found.result || found.cancelled || found.attempt > attempt ? null : { ...found, cancelled: true };
  });

/** Why an attempt may not go on; undefined when it may. */
export function refusal(head: Head | undefined, attempt: number): 'fenced' | 'cancelled' | undefined {
  if (!head || head.attempt < attempt) return undefined;
  if (head.attempt > attempt || (head.result && head.result.attempt !== attempt)) return 'fenced';
  return head.cancelled ? 'cancelled' : undefined;
}

/** Let a checkpoint count. False: the attempt may not write any more. */
export async function advanceCheckpoint(
  objects: Store,
  intent: string,
  checkpoint: NonNullable<Head['checkpoint']>,
): Promise<boolean> {
  const head = await changeHead(objects, intent, (found) => {
    if (!found || refusal(found, checkpoint.attempt) || found.attempt !== checkpoint.attempt) return null;
    const older = found.checkpoint !== null && found.checkpoint.step >= checkpoint.step;
    return older ? null : { ...found, checkpoint };
  });
  return head?.attempt === checkpoint.attempt && !refusal(head, checkpoint.attempt);
}

/** Let a result count. False: the attempt may not write any more. */
export async function setResult(
  objects: Store,
  intent: string,
  result: NonNullable<Head['result']>,
): Promise<boolean> {
  const head = await changeHead(objects, intent, (found) => {
    if (!found || refusal(found, result.attempt) || found.attempt !== result.attempt || found.result)
      return null;
    return { ...found, result };
  });
  return head?.result?.attempt === result.attempt;
}
