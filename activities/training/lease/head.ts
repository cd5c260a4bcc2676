import type { ArtifactRef } from '../../../contracts/artifacts.js';
import type { ObjectStore } from '../../ports/object-store.js';
import { engineMark } from './engine-mark.js';
import type { Lease } from './lease.js';

/**
 * The valid state of an intent. A checkpoint or a result is valid only if the head points at it. Only the attempt
 * named in the head can change the head; this is the fence.
 */
export interface Head {
  attempt: number;
  cancelled: boolean;
  /** `attempt` is the attempt that wrote the checkpoint. */
  checkpoint: { step: number; attempt: number; manifest: ArtifactRef } | null;
  result: { attempt: number; manifest: ArtifactRef } | null;
}

type Store = Pick<ObjectStore, 'get' | 'create' | 'swap'>;

/** The underscore cannot begin a model's name, so no head of an earlier version has such a key. */
export const headKey = ({ engineId, intent }: Lease): string =>
  engineId === undefined ? `heads/${intent}.json` : `heads/_${engineMark(engineId)}/${intent}.json`;

async function load(objects: Store, lease: Lease): Promise<{ head: Head; etag: string } | undefined> {
  const found = await objects.get(headKey(lease));
  return found && { head: JSON.parse(found.body.toString()) as Head, etag: found.etag };
}

export const readHead = async (objects: Store, lease: Lease): Promise<Head | undefined> =>
  (await load(objects, lease))?.head;

/**
 * Change the head by compare-and-swap.
 *
 * @param change returns the new head, or null to keep the old one. It is called again after a conflict, so it must
 * be pure.
 * @returns the head after the change
 */
async function changeHead(
  objects: Store,
  lease: Lease,
  change: (head: Head | undefined) => Head | null,
): Promise<Head | undefined> {
  for (;;) {
    const found = await load(objects, lease);
    const next = change(found?.head);
    if (!next) return found?.head;
    const body = JSON.stringify(next);
    const done = found
      ? await objects.swap(headKey(lease), body, found.etag)
      : await objects.create(headKey(lease), body);
    if (done) return next;
  }
}

const empty = (attempt: number): Head => ({ attempt, cancelled: false, checkpoint: null, result: null });

/**
 * Assign the intent to an attempt. From then on, lower attempts cannot write. An intent with a result is left
 * unchanged.
 */
export async function fence(objects: Store, lease: Lease, attempt: number): Promise<Head> {
  const head = await changeHead(objects, lease, (found) => {
    if (!found) return empty(attempt);
    return found.result || found.attempt >= attempt ? null : { ...found, attempt, cancelled: false };
  });
  return head ?? empty(attempt);
}

/** Forbid this attempt and all lower ones to continue. An intent with a result is left unchanged. */
export const cancelHead = (objects: Store, lease: Lease, attempt: number): Promise<Head | undefined> =>
  changeHead(objects, lease, (found) => {
    if (!found) return { ...empty(attempt), cancelled: true };
    return found.result || found.cancelled || found.attempt > attempt ? null : { ...found, cancelled: true };
  });

/** The reason why an attempt may not continue, or undefined if it may. */
export function refusal(head: Head | undefined, attempt: number): 'fenced' | 'cancelled' | undefined {
  if (!head || head.attempt < attempt) return undefined;
  if (head.attempt > attempt || (head.result && head.result.attempt !== attempt)) return 'fenced';
  return head.cancelled ? 'cancelled' : undefined;
}

/** Make a checkpoint valid. Returns false if the attempt may no longer write. */
export async function advanceCheckpoint(
  objects: Store,
  lease: Lease,
  checkpoint: NonNullable<Head['checkpoint']>,
): Promise<boolean> {
  const head = await changeHead(objects, lease, (found) => {
    if (!found || refusal(found, checkpoint.attempt) || found.attempt !== checkpoint.attempt) return null;
    const older = found.checkpoint !== null && found.checkpoint.step >= checkpoint.step;
    return older ? null : { ...found, checkpoint };
  });
  return head?.attempt === checkpoint.attempt && !refusal(head, checkpoint.attempt);
}

/**
 * Forget the checkpoint of an intent that no attempt works on. Returns false if the head has changed since it was read,
 * because an attempt was started.
 */
export async function dropCheckpoint(objects: Store, lease: Lease, seen: Head): Promise<boolean> {
  const head = await changeHead(objects, lease, (found) =>
    found && found.attempt === seen.attempt && !found.result && found.checkpoint
      ? { ...found, checkpoint: null }
      : null,
  );
  return head?.attempt === seen.attempt && head.checkpoint === null;
}

/** Make a result valid. Returns false if the attempt may no longer write. */
export async function setResult(
  objects: Store,
  lease: Lease,
  result: NonNullable<Head['result']>,
): Promise<boolean> {
  const head = await changeHead(objects, lease, (found) => {
    if (!found || refusal(found, result.attempt) || found.attempt !== result.attempt || found.result)
      return null;
    return { ...found, result };
  });
  return head?.result?.attempt === result.attempt;
}
