/** What went wrong, as a caller can act on it; the CLI makes it the exit code. */
export type ErrorKind = 'failed' | 'usage' | 'refused' | 'not-found' | 'unreachable';

/** Exit codes of the CLI, documented in docs/cli.md. 0 is success. */
export const EXIT_CODE: Record<ErrorKind, number> = {
  failed: 1,
  usage: 2,
  refused: 3,
  'not-found': 4,
  unreachable: 5,
};

/** Every error that the client library raises itself. The message names what is wrong; the remedy says what to do. */
export class MainspringError extends Error {
  override readonly name = 'MainspringError';
  constructor(
    readonly kind: ErrorKind,
    message: string,
    readonly remedy: string,
    readonly details: unknown = undefined,
    options?: ErrorOptions,
  ) {
    super(message, options);
  }
}
