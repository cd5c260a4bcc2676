import { open } from 'node:fs/promises';
import type { Progress } from '../../../contracts/training.js';

/** A line is far shorter; the newest whole one is in here. */
const TAIL_BYTES = 16_384;

/** A line of progress.ndjson; undefined when it is none. */
export function parseProgress(line: string): Progress | undefined {
  try {
    const found = JSON.parse(line) as Record<string, unknown>;
    if (typeof found['step'] !== 'number') return undefined;
    const metrics = Object.entries((found['metrics'] ?? {}) as Record<string, unknown>).filter(
      (entry): entry is [string, number] => typeof entry[1] === 'number' && Number.isFinite(entry[1]),
    );
    const at = new Date(typeof found['ts'] === 'number' ? found['ts'] * 1000 : String(found['ts']));
    return {
      step: found['step'],
      total: typeof found['total'] === 'number' ? found['total'] : null,
      metrics: Object.fromEntries(metrics),
      at: (Number.isNaN(at.getTime()) ? new Date() : at).toISOString(),
    };
  } catch {
    return undefined;
  }
}

/** The newest whole line of progress.ndjson; null when there is none yet. */
export async function lastProgress(path: string): Promise<Progress | null> {
  const file = await open(path).catch(() => undefined);
  if (!file) return null;
  try {
    const { size } = await file.stat();
    const { buffer, bytesRead } = await file.read({
      buffer: Buffer.alloc(Math.min(size, TAIL_BYTES)),
      position: Math.max(0, size - TAIL_BYTES),
    });
    const lines = buffer.subarray(0, bytesRead).toString('utf8').split('\n');
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
