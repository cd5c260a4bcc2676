import { createReadStream, createWriteStream } from 'node:fs';
import { rm } from 'node:fs/promises';
import { pipeline } from 'node:stream/promises';
import { constants, createGzip } from 'node:zlib';
import { MediaType } from '../../contracts/artifacts.js';
import type { Artifacts, Log, SegmentStore } from '../ports.js';
import type { ClosedSegment } from './segment-file.js';

const TRY_AGAIN_MS = 5_000;

/** Brings closed segments to the object store and the database, one after the other, and deletes them here. */
export interface Shipper {
  add(segment: ClosedSegment): void;
  /** Bytes that wait on disk. */
  waitingBytes(): number;
  /** Ship the model's segments now. @throws the first error; what is left is tried again later */
  shipNow(model: string): Promise<{ segments: number; rows: number }>;
  /** No more tries; what is left is shipped after the next start. */
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

  /** Equal bytes make equal gzip bytes, so that a segment that is shipped twice is one object and one row. */
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

  /** Takes turns: a segment is never shipped by two at once. */
  function inTurn(model?: string): Promise<void> {
    const turn = shipping.then(async () => {
      for (const segment of waitingOf(model)) await ship(segment);
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
      // Counted before: one of them may be on its way already.
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
