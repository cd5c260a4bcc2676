import type { Progress } from '../contracts/training.js';
import { openPlain } from './plain-file.js';
import { isName } from './trainer-text.js';

/** Bytes read from the end of the file. A usual line is far shorter, so they hold the newest complete line. */
const TAIL_BYTES = 64 * 1024;
/** Most metrics of a line that are kept: they travel in beats, heartbeats and signals. */
const MAX_METRICS = 100;
const FIRST_YEAR_MS = Date.UTC(1970, 0, 1);
const LAST_YEAR_MS = Date.UTC(2200, 0, 1);

/** How JSON has to write a number that is not finite, and how Python's `json.dump` writes it. */
const NOT_FINITE = /:\s*(NaN|-?Infinity)\b/g;
const isNotFinite = (value: unknown): boolean =>
  (typeof value === 'number' && !Number.isFinite(value)) ||
  (typeof value === 'string' && /^(NaN|-?Infinity)$/.test(value));

/** A line of progress.ndjson, with the metrics of it that are not finite. */
export interface ProgressLine extends Progress {
  notFinite: string[];
}

function parseLine(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return JSON.parse(line.replaceAll(NOT_FINITE, ':"$1"'));
  }
}

const isCount = (value: unknown): value is number =>
  typeof value === 'number' && Math.abs(value) <= Number.MAX_SAFE_INTEGER;

function instantOf(ts: unknown): string {
  const ms = typeof ts === 'number' ? ts * 1000 : Date.parse(String(ts));
  const isUsable = ms >= FIRST_YEAR_MS && ms < LAST_YEAR_MS;
  return (isUsable ? new Date(ms) : new Date()).toISOString();
}

/** Parse a line of progress.ndjson; undefined if it is not a progress line. */
export function parseProgressLine(line: string): ProgressLine | undefined {
  try {
    const found = parseLine(line) as Record<string, unknown>;
    if (!isCount(found['step'])) return undefined;
    const metrics = Object.entries((found['metrics'] ?? {}) as Record<string, unknown>)
      .filter(([name]) => isName(name))
      .slice(0, MAX_METRICS);
    return {
      step: found['step'],
      total: isCount(found['total']) ? found['total'] : null,
      metrics: Object.fromEntries(
        metrics.filter(
          (entry): entry is [string, number] => typeof entry[1] === 'number' && Number.isFinite(entry[1]),
        ),
      ),
      at: instantOf(found['ts']),
      notFinite: metrics.filter(([, value]) => isNotFinite(value)).map(([name]) => name),
    };
  } catch {
    return undefined;
  }
}

export function parseProgress(line: string): Progress | undefined {
  const found = parseProgressLine(line);
  if (!found) return undefined;
  const { step, total, metrics, at } = found;
  return { step, total, metrics, at };
}

/** The newest complete line of progress.ndjson, or null if there is none yet. */
export async function lastProgress(path: string, folder: string): Promise<Progress | null> {
  const file = await openPlain(path, folder).catch(() => undefined);
  if (!file) return null;
  try {
    const { size } = await file.stat();
    const { buffer, bytesRead } = await file.read({
      buffer: Buffer.alloc(Math.min(size, TAIL_BYTES)),
      position: Math.max(0, size - TAIL_BYTES),
    });
    const lines = buffer.subarray(0, bytesRead).toString('utf8').split('\n');
    // The first line may be cut.
    if (size > TAIL_BYTES) lines.shift();
    return (
      lines
        .reverse()
        .map(parseProgress)
        .find((found) => found !== undefined) ?? null
    );
  } finally {
    await file.close();
  }
}
