import { logLimits, logPartKey, logPrefix, partsFrom } from '../../contracts/job-log.js';
import type { JobBackend, JobHandle } from '../ports/job-backend.js';
import type { ObjectStore } from '../ports/object-store.js';
import { LOG_TAIL_BYTES } from './outcome.js';

type Store = Pick<ObjectStore, 'get' | 'list' | 'put'>;

/** The last bytes of the uploaded log. They are searched for in the backend's log to find where the upload ended. */
const ANCHOR_BYTES = 512;

/** The end of the uploaded log, and the offset at which the next part would start. */
async function uploadedEnd(objects: Store, jobKey: string): Promise<{ end: number; last: Buffer }> {
  const [newest] = partsFrom(await objects.list(logPrefix(jobKey)), Infinity);
  const body = newest && (await objects.get(newest.key))?.body;
  return body ? { end: newest.offset + body.length, last: body } : { end: 0, last: Buffer.alloc(0) };
}

/** The part of the backend's log tail that follows the uploaded log; undefined if the two do not overlap. */
function continuation(tail: Buffer, last: Buffer): Buffer | undefined {
  if (last.length === 0) return tail;
  const anchor = last.subarray(-ANCHOR_BYTES);
  const at = tail.lastIndexOf(anchor);
  return at < 0 ? undefined : tail.subarray(at + anchor.length);
}

/**
 * Return the last lines that an attempt printed. If the wrapper was killed before it uploaded the end of its log,
 * the part that the backend still has is uploaded here. Errors are ignored.
 *
 * Idempotent: the next call finds the uploaded part.
 *
 * @param isWhole true when the wrapper wrote its last beat, and so uploaded its whole log
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
    // The object store is away. The backend's file still has the log.
  }
  return tail.subarray(-LOG_TAIL_BYTES).toString('utf8');
}
