import { EXIT_CODE, type FailureKind } from '../contracts/failure-register.js';
import { FailureType, MainspringFailure } from '../contracts/failures.js';

export { EXIT_CODE };

/** Kind of an error, by which a caller decides what to do. The CLI turns it into the exit code. */
export type ErrorKind = FailureKind;

const TYPE_OF: Record<ErrorKind, FailureType> = {
  failed: FailureType.Failed,
  usage: FailureType.Usage,
  refused: FailureType.Refused,
  'not-found': FailureType.NotFound,
  unreachable: FailureType.Unreachable,
};

/** A failure that the client library raises itself, by its kind. The message names what is wrong; the remedy says what to do. */
export class MainspringError extends MainspringFailure {
  constructor(kind: ErrorKind, message: string, remedy: string, details?: unknown, options?: ErrorOptions) {
    super(TYPE_OF[kind], message, { remedy, details, cause: options?.cause });
  }
}
