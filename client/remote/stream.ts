import { setTimeout as sleep } from 'node:timers/promises';
import { MainspringFailure } from '../../contracts/failures.js';
import type { AnyOperation } from '../../operations/operation.js';
import { type Problem, toError } from './ask.js';

type Input = Record<string, unknown>;

/** How long after the loss of its connection a stream is requested again. */
const RESUME_FOR_MS = 600_000;
const MIN_PAUSE_MS = 200;
const MAX_PAUSE_MS = 5_000;

/** Yields the lines of a body as they arrive. An empty line tells that the other side is alive. */
async function* linesOf(response: Response): AsyncGenerator<string, void, void> {
  if (!response.body) return;
  const decoder = new TextDecoder();
  let rest = '';
  for await (const chunk of response.body) {
    const lines = (rest + decoder.decode(chunk as Uint8Array, { stream: true })).split('\n');
    rest = lines.pop() ?? '';
    yield* lines;
  }
}

/**
 * Yields the values of a stream over any number of connections. After a broken connection it continues behind the
 * last value. A repeated, unchanged value is left out.
 *
 * @param away makes the error for a connection that stays away
 * @throws MainspringError
 */
export async function* resumingStream(
  operation: AnyOperation,
  input: Input,
  signal: AbortSignal,
  send: (input: Input) => Promise<Response>,
  away: (cause: unknown) => MainspringFailure,
): AsyncGenerator<unknown, void, void> {
  let begun = false;
  let last: unknown;
  let shown = '';
  let lostAt: number | undefined;
  let pause = MIN_PAUSE_MS;
  for (;;) {
    try {
      const response = await send(last === undefined ? input : (operation.resume?.(input, last) ?? input));
      begun = true;
      for await (const line of linesOf(response)) {
        lostAt = undefined;
        pause = MIN_PAUSE_MS;
        if (line === '') continue;
        const said = JSON.parse(line) as { data?: unknown; end?: true; problem?: Problem };
        if (said.end) return;
        if (said.problem) throw toError(said.problem);
        if (line === shown) continue;
        shown = line;
        last = said.data;
        yield last;
      }
    } catch (error) {
      if (signal.aborted) return;
      // If the request itself is wrong, asking again would not help.
      const failure = error instanceof MainspringFailure ? error : away(error);
      if (!begun || failure.kind !== 'unreachable') throw failure;
      lostAt ??= Date.now();
      if (Date.now() - lostAt > RESUME_FOR_MS) throw failure;
    }
    if (signal.aborted) return;
    try {
      await sleep(pause, undefined, { signal });
    } catch {
      return;
    }
    pause = Math.min(MAX_PAUSE_MS, pause * 2);
  }
}
