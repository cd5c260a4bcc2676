import { open } from 'node:fs/promises';
import { SERIES_POINTS, emptySeries, extended, seriesKey } from '../../../contracts/job-series.js';
import type { ObjectStore } from '../../ports/object-store.js';
import { parseProgress } from './progress.js';

const CHUNK_BYTES = 256 * 1024;

/** Uploads the curve of an attempt, when its trainer has written more of it. Reads each line of progress.ndjson once. */
export function seriesUploader(
  objects: Pick<ObjectStore, 'put'>,
  jobKey: string,
  path: string,
  points = SERIES_POINTS,
) {
  let series = emptySeries(jobKey);
  let offset = 0;
  let rest = '';
  let uploaded = 0;

  async function readOn(): Promise<void> {
    const file = await open(path).catch(() => undefined);
    if (!file) return;
    try {
      for (;;) {
        const { buffer, bytesRead } = await file.read({
          buffer: Buffer.alloc(CHUNK_BYTES),
          position: offset,
        });
        if (bytesRead === 0) return;
        offset += bytesRead;
        // Progress lines are ASCII as far as we read them; a cut character spoils at most the line that it is in.
        const lines = (rest + buffer.subarray(0, bytesRead).toString('utf8')).split('\n');
        rest = lines.pop() ?? '';
        for (const line of lines) {
          const found = parseProgress(line);
          if (found) series = extended(series, found, points);
        }
      }
    } finally {
      await file.close();
    }
  }

  return {
    next: async (): Promise<void> => {
      await readOn();
      if (series.lines === uploaded) return;
      const { lines } = series;
      await objects.put(seriesKey(jobKey), JSON.stringify(series));
      uploaded = lines;
    },
  };
}
