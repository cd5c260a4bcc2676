import { SERIES_POINTS, emptySeries, extended, seriesKey } from '../contracts/job-series.js';
import type { ObjectStore } from '../activities/ports/object-store.js';
import type { Layout } from './layout.js';
import { lineReader } from './line-reader.js';
import { parseProgress } from './progress.js';

/**
 * Uploads the curve of an attempt whenever its trainer has written more of it. Every line of progress.ndjson is
 * read once.
 */
export function seriesUploader(
  objects: Pick<ObjectStore, 'put'>,
  jobKey: string,
  { progress: path, base }: Pick<Layout, 'progress' | 'base'>,
  points = SERIES_POINTS,
) {
  let series = emptySeries(jobKey);
  let uploaded = 0;
  const lines = lineReader(path, base);

  async function readOn(): Promise<void> {
    for (let before = -1; lines.position() !== before;) {
      before = lines.position();
      for (const line of await lines.next()) {
        const found = parseProgress(line);
        if (found) series = extended(series, found, points);
      }
    }
  }

  return {
    next: async (): Promise<void> => {
      await readOn();
      if (series.lines === uploaded) return;
      const { lines: read } = series;
      await objects.put(seriesKey(jobKey), JSON.stringify(series));
      uploaded = read;
    },
  };
}
