import { failureIn } from '../contracts/failures.js';
import { MainspringError } from '../operations/errors.js';
import type { Transport } from './transport.js';

const closedError = (cause?: unknown): MainspringError =>
  new MainspringError(
    'usage',
    'this connection is closed',
    'Open another one with connect(…), and close it after the last call.',
    undefined,
    { cause },
  );

/** True if the end of the connection explains an error. Another error is the answer of the operation. */
const isOfTheEnd = (error: unknown): boolean => {
  const failure = failureIn(error);
  return failure === undefined || failure.kind === 'unreachable';
};

/**
 * A transport that refuses calls after its end, and calls that its end broke off. It may be closed twice.
 *
 * @throws MainspringError `usage`
 */
export function untilClosed(transport: Transport): Transport {
  let closing: Promise<void> | undefined;

  async function whileOpen<Result>(work: () => Promise<Result>, signal?: AbortSignal): Promise<Result> {
    if (closing) throw closedError();
    try {
      return await work();
    } catch (error) {
      // The reason of a caller's own signal stays what it is.
      if (closing && !signal?.aborted && isOfTheEnd(error)) throw closedError(error);
      throw error;
    }
  }

  return {
    call: (operation, input, signal) => whileOpen(() => transport.call(operation, input, signal), signal),
    stream: async function* (...args) {
      if (closing) throw closedError();
      try {
        yield* transport.stream(...args);
        // The end of the connection is not the end of what is watched.
        if (closing) throw closedError();
      } catch (error) {
        if (closing && isOfTheEnd(error)) throw closedError(error);
        throw error;
      }
    },
    files: {
      put: (...args) => whileOpen(() => transport.files.put(...args)),
      fetch: (...args) => whileOpen(() => transport.files.fetch(...args)),
    },
    close: () => (closing ??= transport.close()),
  };
}
