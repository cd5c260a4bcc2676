/**
 * A job's log in the object store: parts that are named by the offset of their first byte, so that a reader sees what
 * is missing and a part that is written twice does no harm. The newest part grows until it is full; a full one never
 * changes.
 */
export interface LogLimits {
  /** Largest part. */
  partBytes: number;
  /** Of all parts together; what comes after it is left out, except the end. */
  totalBytes: number;
  /** The end of a log that was cut, which is uploaded in any case. */
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

/** Offset of the first byte of a part; undefined for a key that is none. */
const offsetOf = (key: string): number | undefined => {
  const name = key.slice(key.lastIndexOf('/') + 1);
  return /^\d+$/.test(name) ? Number(name) : undefined;
};

export interface LogPart {
  offset: number;
  key: string;
}

/** Parts that have anything from `from` on, in order. */
export function partsFrom(keys: string[], from: number): LogPart[] {
  const parts = keys
    .map((key) => ({ key, offset: offsetOf(key) }))
    .filter((part): part is LogPart => part.offset !== undefined)
    .sort((a, b) => a.offset - b.offset);
  const later = parts.findIndex(({ offset }) => offset > from);
  const first = later === -1 ? parts.length - 1 : later - 1;
  return parts.slice(Math.max(0, first));
}

/** The part of the object store that a reader needs. */
export interface LogStore {
  list(prefix: string): Promise<string[]>;
  get(key: string): Promise<{ body: Uint8Array } | undefined>;
}

export interface LogPiece {
  /** Of the first byte of `bytes`. */
  offset: number;
  /** Bytes before it that are nowhere. */
  missing: number;
  bytes: Uint8Array;
}

/**
 * What was uploaded from `from` on. A log that grows is followed by asking again from the end of the last piece.
 *
 * @throws what the store throws
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
