import { FailureType } from '../../contracts/failures.js';

/** A kind of error that no retry mends. */
export interface FinalKind {
  /** What failed, for the message. */
  what: string;
  /** True for an error of this kind. It is asked of an error and of each of its causes. */
  is: (error: Error) => boolean;
  /**
   * Attempt at which the error is final. More than one where a store that just restarts, or two writers at once, may cause the
   * same error for a moment.
   */
  attempt: number;
  type: FailureType;
}

const codeOf = (error: Error): unknown => ('code' in error ? error.code : undefined);
const hasCode =
  (...codes: readonly unknown[]) =>
  (error: Error): boolean =>
    codes.includes(codeOf(error));

/** PostgreSQL's errors carry a severity; a system error may have a code of five letters too, e.g. EBUSY. */
const isSqlState =
  (...beginnings: readonly string[]) =>
  (error: Error): boolean => {
    const code = codeOf(error);
    return (
      'severity' in error &&
      typeof code === 'string' &&
      beginnings.some((beginning) => code.startsWith(beginning))
    );
  };

const isNamed =
  (...names: readonly string[]) =>
  (error: Error): boolean =>
    names.includes(error.name) || names.includes(error.constructor.name);

/** Attempts after which an error that a restart could cause is taken as lasting: about 15 seconds with most retry policies. */
const CONFIRMED = 5;

/**
 * Errors that pass, although one of the kinds below would match them: fetch reports a lost connection as a TypeError, and a
 * request that was cancelled ends in any error.
 */
export const PASSING: readonly ((error: Error) => boolean)[] = [
  (error) => error instanceof TypeError && /^(fetch failed|terminated)$/.test(error.message),
  (error) =>
    /^(E(CONN|HOST|NET)[A-Z]+|EPIPE|ETIMEDOUT|ENOTFOUND|EAI_AGAIN|UND_ERR_[A-Z_]+)$/.test(
      String(codeOf(error)),
    ),
  (error) => /^(ENOSPC|EDQUOT|EIO|EROFS|EMFILE|ENFILE|EAGAIN|EBUSY|ENOMEM)$/.test(String(codeOf(error))),
  isNamed('AbortError', 'TimeoutError'),
  // A signature that is refused because of a clock that is off. It passes when the clock is right again.
  hasCode('RequestTimeTooSkewed', 'RequestExpired', 'SlowDown', 'InternalError', 'ServiceUnavailable'),
];

/** Every kind of error that is final, the most special first. All other errors are retried. */
export const FINAL_KINDS: readonly FinalKind[] = [
  {
    what: 'PostgreSQL cannot store a value',
    // 22: data exception, 21: cardinality, 54: program limit (too many columns, a row too big).
    is: isSqlState('22', '21', '54'),
    attempt: 1,
    type: FailureType.ValueRefused,
  },
  {
    what: 'a record contradicts another one',
    // 23: integrity constraint, 44: check option, P0: raised by a function of the database.
    is: isSqlState('23', '44', 'P0'),
    attempt: 3,
    type: FailureType.ValueRefused,
  },
  {
    what: 'PostgreSQL refuses the engine',
    // 28: authorization, 3D and 3F: no such database or schema, 42501: no privilege.
    is: isSqlState('28', '3D', '3F', '42501'),
    attempt: 2 * CONFIRMED,
    type: FailureType.StoreRefused,
  },
  {
    what: 'PostgreSQL does not understand the engine',
    // 42: syntax, no such table or column, 0A: not supported. During an upgrade a table may be missing for seconds.
    is: isSqlState('42', '0A'),
    attempt: CONFIRMED,
    type: FailureType.EngineFault,
  },
  {
    what: 'the object store refuses the engine',
    is: hasCode(
      'AccessDenied',
      'AllAccessDisabled',
      'InvalidAccessKeyId',
      'InvalidBucketName',
      'NoSuchBucket',
      'SignatureDoesNotMatch',
    ),
    attempt: 2 * CONFIRMED,
    type: FailureType.StoreRefused,
  },
  {
    what: 'a value is too large for the object store',
    is: hasCode('EntityTooLarge', 'KeyTooLongError', 'MetadataTooLarge'),
    attempt: 1,
    type: FailureType.ValueRefused,
  },
  {
    what: 'a path can never be opened',
    is: hasCode('ELOOP', 'ENAMETOOLONG'),
    attempt: CONFIRMED,
    type: FailureType.ValueRefused,
  },
  {
    what: 'Temporal refuses a request of the engine',
    // INVALID_ARGUMENT, PERMISSION_DENIED, UNIMPLEMENTED and UNAUTHENTICATED of gRPC.
    is: (error) => 'details' in error && 'metadata' in error && hasCode(3, 7, 12, 16)(error),
    attempt: 2 * CONFIRMED,
    type: FailureType.StoreRefused,
  },
  {
    what: 'a message is not as the engine expects it',
    is: isNamed('ZodError', '$ZodError'),
    attempt: CONFIRMED,
    type: FailureType.EngineFault,
  },
  {
    what: 'the engine has a fault',
    is: isNamed(
      'TypeError',
      'RangeError',
      'ReferenceError',
      'SyntaxError',
      'EvalError',
      'URIError',
      'AssertionError',
    ),
    attempt: CONFIRMED,
    type: FailureType.EngineFault,
  },
];
