import { Readable } from 'node:stream';
import { limits } from './limits.js';
import { toProblem } from './problem.js';

export const STREAM_TYPE = 'application/x-ndjson';

/**
 * One line of a stream. The last line is `end` or `problem`. A stream without such a line was cut off, and the client
 * asks again.
 */
export type StreamLine = { data: unknown } | { end: true } | { problem: unknown };

const line = (value: StreamLine): string => `${JSON.stringify(value)}\n`;

/** A promise that resolves after `ms`. Its timer does not keep the process alive. */
export function wait(ms: number): { over: Promise<'idle'>; stop: () => void } {
  let timer: NodeJS.Timeout | undefined;
  const over = new Promise<'idle'>((resolve) => {
    timer = setTimeout(() => resolve('idle'), ms);
    timer.unref();
  });
  return { over, stop: () => clearTimeout(timer) };
}

/**
 * Values as lines of JSON, with an empty line at intervals while there is no value. The next value is requested only
 * after the reader has taken the last one.
 */
export async function* toLines(
  {
    first,
    rest,
  }: { first: Promise<IteratorResult<unknown, void>>; rest: AsyncGenerator<unknown, void, void> },
  signal: AbortSignal,
  { heartbeatMs, streamMs }: Pick<typeof limits, 'heartbeatMs' | 'streamMs'> = limits,
): AsyncGenerator<string, void, void> {
  const until = Date.now() + streamMs;
  try {
    let next = first;
    while (!signal.aborted) {
      const beat = wait(heartbeatMs);
      const came = await Promise.race([next, beat.over]);
      beat.stop();
      if (came === 'idle') {
        if (Date.now() > until) return;
        yield '\n';
        continue;
      }
      if (came.done) {
        yield line({ end: true });
        return;
      }
      yield line({ data: came.value });
      if (Date.now() > until) return;
      next = rest.next();
    }
  } catch (error) {
    yield line({ problem: toProblem(error) });
  }
}

export const toBody = (lines: AsyncGenerator<string, void, void>): Readable =>
  Readable.from(lines, { objectMode: true });
