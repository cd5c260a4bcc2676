import { logLimits, logPartKey, logPrefix, partsFrom } from '../../contracts/job-log.js';
import type { JobBackend, JobHandle } from '../ports/job-backend.js';
import type { ObjectStore } from '../ports/object-store.js';
import { LOG_TAIL_BYTES } from './outcome.js';

type Store = Pick<ObjectStore, 'get' | 'list' | 'put'>;

/** By so many bytes the end of what was uploaded is found again. */
const ANCHOR_BYTES = 512;

/** The end of the uploaded log, and the offset at which it would go on. */
async function uploadedEnd(objects: Store, jobKey: string): Promise<{ end: number; last: Buffer }> {
  const [newest] = partsFrom(await objects.list(logPrefix(jobKey)), Infinity);
  const body = newest && (await objects.get(newest.key))?.body;
  return body ? { end: newest.offset + body.length, last: body } : { end: 0, last: Buffer.alloc(0) };
}

/** What of the backend's tail comes after the uploaded log; undefined when the two do not meet. */
function continuation(tail: Buffer, last: Buffer): Buffer | undefined {
  if (last.length === 0) return tail;
  const anchor = last.subarray(-ANCHOR_BYTES);
  const at = tail.lastIndexOf(anchor);
  return at < 0 ? undefined : tail.subarray(at + anchor.length);
}

/**
 * What an attempt printed last. A wrapper that was killed could not upload the end of its log: what its backend still has
 * of it is uploaded here. Not worth failing for.
 *
 * Idempotent: what is uploaded is found there the next time.
 *
 * @param isWhole the wrapper said its last word, and uploaded everything before it
 */
export async function lastWords(
  objects: Store,
  backend: Pick<JobBackend, 'logTail'>,
  handle: JobHandle,
  isWhole: boolean,
): Promise<string> {
  const tail = Buffer.from(await backend.logTail(handle, isWhole ? LOG_TAIL_BYTES : logLimits.tailBytes));
  if (isWhole && tail.length > 0) return tail.toString('utf8');
  try {
    const { jobKey } = handle;
    const { end, last } = await uploadedEnd(objects, jobKey);
    if (tail.length === 0) return last.subarray(-LOG_TAIL_BYTES).toString('utf8');
    const rest = continuation(tail, last) ?? Buffer.concat([Buffer.from('\n[mainspring] its end:\n'), tail]);
    if (rest.length > 0) await objects.put(logPartKey(jobKey, end), rest);
  } catch {
    // The store is away: its backend's file still has it.
  }
  return tail.subarray(-LOG_TAIL_BYTES).toString('utf8');
}
