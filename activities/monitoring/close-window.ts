import { MediaType } from '../../contracts/artifacts.js';
import { ReferenceProfile } from '../../contracts/evaluation.js';
import { parseOrFail } from '../../contracts/failures.js';
import { CloseWindowInput, QUALITY, type WindowResult } from '../../contracts/monitor.js';
import { BINARY, type Problem, problemType } from '../../contracts/problems/index.js';
import { literal } from '../../contracts/sql-text.js';
import { withScratch } from '../data/scratch.js';
import { whileHeartbeating } from '../heartbeat.js';
import type { ArtifactStore } from '../ports/artifact-store.js';
import type { SqlEngine, SqlSession } from '../ports/sql-engine.js';
import type { LoggedSegment, WindowStore } from '../ports/windows.js';
import type { SegmentFile } from './logged-lines.js';
import { loadRequests } from './request-log.js';
import { storeAside } from './set-aside.js';
import { windowReport } from './window-report.js';
import { windowDrift } from './window-drift.js';
import { dropped, unmeasuredQuality, windowQuality } from './window-quality.js';

/** Segments that are fetched at the same time. */
const PARALLEL_FETCHES = 8;

export interface CloseWindowDeps {
  windows: Pick<WindowStore, 'segments' | 'labels' | 'find' | 'record'>;
  artifacts: Pick<ArtifactStore, 'read' | 'fetch' | 'put' | 'putFile'>;
  sql: Pick<SqlEngine, 'session'>;
  /** Folder for files of a running activity. */
  scratchDir: string;
}

/**
 * Close one window of one served version: its requests, the labels that have come by now, quality against the reference's
 * metric and drift against its frozen bins. A window without requests is a record like any other. A bad row is set aside,
 * counted, and kept with its reason in a table beside the report.
 *
 * Idempotent by (model, start of the window): once recorded, the record is returned, also when later labels would change it.
 * Heartbeats from a timer; nothing to resume, it takes seconds.
 *
 * @throws ApplicationFailure `InvalidInput`, `WindowUnreadable`, `ArtifactMissing`, `ArtifactCorrupt` (never retried)
 */
export function makeCloseWindow({ windows, artifacts, sql, scratchDir }: CloseWindowDeps) {
  return async function closeWindow(input: CloseWindowInput): Promise<WindowResult> {
    const { model, target, window, monitoring } = parseOrFail(CloseWindowInput, input);
    const known = await windows.find(model, window.from);
    if (known) return known;

    return whileHeartbeating(async (signal) => {
      const json: unknown = JSON.parse((await artifacts.read(target.reference)).toString('utf8'));
      const reference = parseOrFail(ReferenceProfile, json);
      const files: SegmentFile[] = [];
      const segments = await windows.segments(model, window);
      const fetched = async ({ rows, ...segment }: LoggedSegment): Promise<SegmentFile> => ({
        path: await artifacts.fetch(segment),
        uri: segment.uri,
        rows,
      });
      for (let first = 0; first < segments.length; first += PARALLEL_FETCHES) {
        signal.throwIfAborted();
        files.push(...(await Promise.all(segments.slice(first, first + PARALLEL_FETCHES).map(fetched))));
      }

      const { version, features, problem = BINARY } = target;
      const wanted = {
        version,
        window,
        features,
        categorical: new Set(
          reference.columns.filter((column) => 'kind' in column).map(({ column }) => column),
        ),
        width: problemType(problem).width(problem),
      };
      const labelsOf = (ids: readonly string[]) => windows.labels(model, ids);
      const inSession = <T>(work: (session: SqlSession, folder: string) => Promise<T>) =>
        withScratch(scratchDir, (folder) =>
          sql.session({ folder, signal }, (session) => work(session, folder)),
        );
      const result = await inSession(async (session, folder) => {
        const requests = await loadRequests(session, files, wanted);
        const { scored, aside, ...quality } = await windowQuality(requests, problem, labelsOf);
        const drift = await windowDrift(requests, {
          reference,
          features,
          drift: monitoring.drift,
          predictedClass: predictedClass(problem),
        });
        if (dropped(reference.metrics, quality.metrics, monitoring.quality, problem))
          drift.exceeded.push(QUALITY);
        const unmeasured = unmeasuredQuality(reference.metrics, quality, monitoring);
        const setAside = await storeAside(session, aside, {
          folder,
          store: (path, mediaType) => artifacts.putFile(path, mediaType),
        });
        const measured = {
          ...{ model, version, window, requests: requests.rows, ...quality, ...drift },
          ...(unmeasured === undefined ? {} : { unmeasured }),
          ...(setAside === undefined ? {} : { setAside }),
        };
        const report = await artifacts.put(windowReport(measured, reference, scored), MediaType.html);
        return { ...measured, report };
      });
      return windows.record(result);
    });
  };
}

/** SQL expression of the class with the largest probability; the first one among equals, as in the gateway's answer. */
const predictedClass = (problem: Problem): string =>
  `[${problemType(problem).columns(problem).map(literal).join(', ')}][list_position(outputs, list_max(outputs))]`;
