/**
 * A job's log in the object store. Its parts are named by the offset of their first byte, so that a reader
 * recognises gaps and a repeated write does no harm. The newest part grows until it is full; a full part never
 * changes.
 */
export interface LogLimits {
  /** Largest part. */
  partBytes: number;
  /** Largest size of all parts together. Later output is left out, except the end of the log. */
  totalBytes: number;
  /** Size of the end of a truncated log, which is uploaded in any case. */
  tailBytes: number;
}

export const logLimits: LogLimits = {
  partBytes: 256 * 1024,
  totalBytes: 100 * 2 ** 20,
  tailBytes: 64 * 1024,
};

const OFFSET_DIGITS = 12;

export const logPrefix = (jobKey: string): string => `logs/${jobKey}/`;

export const logPartKey = (jobKey: string, offset: number): string =>
  `${logPrefix(jobKey)}${String(offset).padStart(OFFSET_DIGITS, '0')}`;

/** Offset of a part's first byte; undefined if the key is not that of a part. */
const offsetOf = (key: string): number | undefined => {
  const name = key.slice(key.lastIndexOf('/') + 1);
  return /^\d+$/.test(name) ? Number(name) : undefined;
};

export interface LogPart {
  offset: number;
  key: string;
}

/** The parts that contain bytes at or after `from`, in order. */
export function partsFrom(keys: string[], from: number): LogPart[] {
  const parts = keys
    .map((key) => ({ key, offset: offsetOf(key) }))
    .filter((part): part is LogPart => part.offset !== undefined)
    .sort((a, b) => a.offset - b.offset);
  const later = parts.findIndex(({ offset }) => offset > from);
  const first = later === -1 ? parts.length - 1 : later - 1;
  return parts.slice(Math.max(0, first));
}

/** The operations of the object store that a reader needs. */
export interface LogStore {
  list(prefix: string): Promise<string[]>;
  get(key: string): Promise<{ body: Uint8Array } | undefined>;
}

export interface LogPiece {
  /** Offset of the first byte of `bytes`. */
  offset: number;
  /** Number of bytes before `bytes` that are missing in the store. */
  missing: number;
  bytes: Uint8Array;
}

/**
 * Read the uploaded log from offset `from`. To follow a growing log, call it again from the end of the last piece.
 *
 * @throws the errors of the store
 */
export async function* readLog(
  objects: LogStore,
  jobKey: string,
  from = 0,
): AsyncGenerator<LogPiece, void, void> {
  let covered = from;
  for (const { key, offset } of partsFrom(await objects.list(logPrefix(jobKey)), from)) {
    const part = await objects.get(key);
    if (!part || offset + part.body.length <= covered) continue;
    const begin = Math.max(offset, covered);
    yield { offset: begin, missing: begin - covered, bytes: part.body.subarray(begin - offset) };
    covered = offset + part.body.length;
  }
}
