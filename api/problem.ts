import { STATUS_CODES } from 'node:http';
import { failureIn, httpStatusOf } from '../contracts/failures.js';
import { type ErrorKind, MainspringError } from '../operations/errors.js';
import { type FieldIssue, InputError } from '../operations/parse-input.js';

export const PROBLEM_TYPE = 'application/problem+json';

/** An error in the format of RFC 9457, with the fields that Mainspring adds: kind, remedy, and the wrong fields. */
export interface Problem {
  /** `urn:mainspring:problem:<failure type>`. Programs may rely on it. */
  type: string;
  title: string;
  status: number;
  /** The message: the value that was found, and the allowed values. */
  detail: string;
  kind: ErrorKind;
  /** How the caller mends it, in a sentence or two. */
  remedy: string;
  /** Fields of the input that are wrong. */
  issues?: FieldIssue[];
  /** Further facts for programs. */
  details?: unknown;
}

/** Errors of HTTP itself, which have their own status: a body that is too large, a wrong content type. */
export class HttpError extends MainspringError {
  constructor(
    readonly status: number,
    kind: ErrorKind,
    message: string,
    remedy: string,
  ) {
    super(kind, message, remedy);
  }
}

const UNKNOWN_REMEDY = 'Look into the log of the API; try again if a server has just gone away.';

/** Any error as a problem. The text of an unexpected error is not sent; it is only logged. */
export function toProblem(error: unknown): Problem {
  const known = failureIn(error) ?? new MainspringError('failed', 'the API failed to answer', UNKNOWN_REMEDY);
  const status =
    known instanceof HttpError ? known.status : known instanceof InputError ? 422 : httpStatusOf(known.type);
  return {
    type: `urn:mainspring:problem:${known.type}`,
    title: STATUS_CODES[status] ?? 'Error',
    status,
    detail: known.message,
    kind: known.kind,
    remedy: known.remedy,
    ...(known instanceof InputError
      ? { issues: known.issues }
      : known.details === undefined
        ? {}
        : { details: known.details }),
  };
}
