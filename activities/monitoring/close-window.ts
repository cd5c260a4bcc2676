import { MediaType } from '../../contracts/artifacts.js';
import { ReferenceProfile } from '../../contracts/evaluation.js';
import { parseOrFail } from '../../contracts/failures.js';
import { CloseWindowInput, type WindowResult } from '../../contracts/monitor.js';
import { whileHeartbeating } from '../heartbeat.js';
import type { ArtifactStore } from '../ports/artifact-store.js';
import type { WindowStore } from '../ports/windows.js';
import { withRequests } from './request-log.js';
import { windowReport } from './window-report.js';
import { windowDrift } from './window-drift.js';
import { dropped, windowQuality } from './window-quality.js';

/** Segments that are fetched at the same time. */
const PARALLEL_FETCHES = 8;

/** What `exceeded` holds when the watched metric dropped. */
const QUALITY = 'quality';

/**
 * Close one window of one served version: its requests, the labels that have come by now, quality against the reference's
 * metric and drift against its frozen bins. A window without requests is a record like any other.
 *
 * Idempotent by (model, start of the window): once recorded, the record is returned, also when later labels would change it.
 * Heartbeats from a timer; nothing to resume, it takes seconds.
 *
 * @throws ApplicationFailure `InvalidInput`, `WindowUnreadable`, `ArtifactMissing`, `ArtifactCorrupt` (never retried)
 */
export function makeCloseWindow({
  windows,
  artifacts,
}: {
  windows: Pick<WindowStore, 'segments' | 'labels' | 'find' | 'record'>;
  artifacts: Pick<ArtifactStore, 'read' | 'fetch' | 'put'>;
}) {
  return async function closeWindow(input: CloseWindowInput): Promise<WindowResult> {
    const { model, target, window, monitoring } = parseOrFail(CloseWindowInput, input);
    const known = await windows.find(model, window.from);
    if (known) return known;

    return whileHeartbeating(async (signal) => {
      const json: unknown = JSON.parse((await artifacts.read(target.reference)).toString('utf8'));
      const reference = parseOrFail(ReferenceProfile, json);
      const files: string[] = [];
      const segments = await windows.segments(model, window);
      for (let first = 0; first < segments.length; first += PARALLEL_FETCHES) {
        signal.throwIfAborted();
        const some = segments.slice(first, first + PARALLEL_FETCHES);
        files.push(...(await Promise.all(some.map((segment) => artifacts.fetch(segment)))));
      }

      const { version, features } = target;
      const result = await withRequests(files, { version, window, features }, async (requests) => {
        const { scored, ...quality } = await windowQuality(requests, (ids) => windows.labels(model, ids));
        const drift = await windowDrift(requests, reference, features);
        if (dropped(reference.metrics, quality.metrics, monitoring.quality)) drift.exceeded.push(QUALITY);
        const measured = { model, version, window, requests: requests.rows, ...quality, ...drift };
        const report = await artifacts.put(windowReport(measured, reference, scored), MediaType.html);
        return { ...measured, report };
      });
      return windows.record(result);
    });
  };
}
