import { createReadStream, createWriteStream } from 'node:fs';
import { rm } from 'node:fs/promises';
import { pipeline } from 'node:stream/promises';
import { constants, createGzip } from 'node:zlib';
import { MediaType } from '../../contracts/artifacts.js';
import type { Artifacts, Log, SegmentStore } from '../ports.js';
import type { ClosedSegment } from './segment-file.js';

const TRY_AGAIN_MS = 5_000;

/**
 * Uploads closed segments to the object store, registers them in the database, and deletes the local files. One
 * segment at a time.
 */
export interface Shipper {
  add(segment: ClosedSegment): void;
  /** Bytes on disk that have not been shipped yet. */
  waitingBytes(): number;
  /** Ship the model's segments now. @throws the first error; remaining segments are tried again later */
  shipNow(model: string): Promise<{ segments: number; rows: number }>;
  /** Stops shipping. Remaining segments are shipped after the next start. */
  stop(): Promise<void>;
}

export function segmentShipper({
  artifacts,
  segments,
  log,
}: {
  artifacts: Pick<Artifacts, 'putFile'>;
  segments: SegmentStore;
  log: Log;
}): Shipper {
  const waiting: ClosedSegment[] = [];
  let shipping: Promise<void> = Promise.resolve();
  let timer: NodeJS.Timeout | undefined;
  let stopped = false;

  /** Compression is deterministic: a segment that is shipped twice is one object and one row. */
  async function ship(segment: ClosedSegment): Promise<void> {
    const { path, model, rows, firstAt, lastAt } = segment;
    const zipped = `${path}.gz`;
    await pipeline(
      createReadStream(path),
      createGzip({ level: constants.Z_BEST_SPEED }),
      createWriteStream(zipped),
    );
    const artifact = await artifacts.putFile(zipped, MediaType.ndjsonGzip);
    await segments.register({ model, artifact, rows, firstAt, lastAt });
    await rm(path, { force: true });
    await rm(zipped, { force: true });
    waiting.splice(waiting.indexOf(segment), 1);
  }

  const waitingOf = (model?: string) =>
    waiting.filter((segment) => model === undefined || segment.model === model);

  /** Runs one shipment after the other, so that no segment is shipped twice at once. */
  function inTurn(model?: string): Promise<void> {
    const turn = shipping.then(async () => {
      const errors: unknown[] = [];
      // One segment that cannot be shipped does not keep the others here.
      for (const segment of waitingOf(model))
        await ship(segment).catch((error: unknown) => errors.push(error));
      if (errors.length > 0) throw errors[0];
    });
    shipping = turn.catch(() => undefined);
    return turn;
  }

  function soon(): void {
    if (stopped) return;
    inTurn().catch((error: unknown) => {
      log.warn({ error: String(error), waiting: waiting.length }, 'request log not shipped: tried again');
      clearTimeout(timer);
      if (!stopped) timer = setTimeout(soon, TRY_AGAIN_MS);
    });
  }

  return {
    add: (segment) => {
      waiting.push(segment);
      soon();
    },
    waitingBytes: () => waiting.reduce((sum, { bytes }) => sum + bytes, 0),
    shipNow: async (model) => {
      // Counted before waiting, because one of them may already be on its way.
      const mine = waitingOf(model);
      await inTurn(model);
      return { segments: mine.length, rows: mine.reduce((sum, { rows }) => sum + rows, 0) };
    },
    stop: async () => {
      await inTurn().catch((error: unknown) =>
        log.warn(
          { error: String(error), waiting: waiting.length },
          'request log left on disk: shipped after the next start',
        ),
      );
      stopped = true;
      clearTimeout(timer);
      await shipping;
    },
  };
}
