import { z } from 'zod';
import { EXIT_CODE, FAILURES, type FailureEntry, type FailureKind } from './failure-register.js';

export type { FailureKind };

export type FailureType = keyof typeof FAILURES;
/** The types of the register by name, for `fail(FailureType.JobLost, …)`. */
export const FailureType = Object.fromEntries(Object.keys(FAILURES).map((type) => [type, type])) as {
  [Type in FailureType]: Type;
};

const entryOf = (type: FailureType): FailureEntry => FAILURES[type];

/** HTTP status of an answer that reports this failure. */
export const httpStatusOf = (type: FailureType): number => entryOf(type).http;
/** Exit code of a command that ends with this failure. */
export const exitCodeOf = (type: FailureType): number => EXIT_CODE[entryOf(type).kind];

/** Longest message or remedy that enters a payload; the rest is cut with a mark. */
const MAX_TEXT_CHARS = 4_000;
const bounded = (text: string): string =>
  text.length <= MAX_TEXT_CHARS ? text : `${text.slice(0, MAX_TEXT_CHARS - 1)}…`;

export interface FailureOptions {
  /** How a person mends the failure, in one or two sentences. Default: the remedy that the register has for its type. */
  remedy?: string | undefined;
  /** Figures for programs, small and JSON. Default: none. */
  details?: unknown;
  cause?: unknown;
}

/**
 * The one error that Mainspring raises on purpose, in every room. It is final: in an activity it is not retried, while any
 * other error is. The interceptors in workers/interceptors/ turn it into Temporal's ApplicationFailure.
 */
export class MainspringFailure extends Error {
  override readonly name = 'MainspringFailure';
  readonly remedy: string;
  readonly details: unknown;

  constructor(
    readonly type: FailureType,
    message: string,
    { remedy, details, cause }: FailureOptions = {},
  ) {
    super(bounded(message), cause === undefined ? undefined : { cause });
    this.remedy = bounded(remedy ?? entryOf(type).remedy);
    this.details = details;
  }

  /** Group of the failure, from which its exit code follows. */
  get kind(): FailureKind {
    return entryOf(this.type).kind;
  }
}

export const fail = (type: FailureType, message: string, options?: FailureOptions): MainspringFailure =>
  new MainspringFailure(type, message, options);

/** Parse untrusted input; a bad value fails the execution instead of looping the workflow task. */
export function parseOrFail<S extends z.ZodType>(schema: S, value: unknown): z.output<S> {
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  throw fail(FailureType.InvalidInput, z.prettifyError(parsed.error), {
    details: parsed.error.issues.slice(0, 20),
  });
}

/** The same value as it travels with Temporal: an error with the type, and `{ remedy, details }` in its details. */
interface Carried extends Error {
  type: FailureType;
  details?: unknown[];
}

const isCarried = (error: Error): error is Carried =>
  'type' in error && typeof error.type === 'string' && Object.hasOwn(FAILURES, error.type);

/**
 * Finds the failure in an error and its causes, also after it has travelled through Temporal. Undefined when none of them is
 * a failure of the register.
 */
export function failureIn(error: unknown): MainspringFailure | undefined {
  for (let current = error; current instanceof Error; current = current.cause) {
    if (current instanceof MainspringFailure) return current;
    if (!isCarried(current)) continue;
    const [first] = current.details ?? [];
    const { remedy, details } = (first ?? {}) as { remedy?: unknown; details?: unknown };
    return fail(current.type, current.message, {
      remedy: typeof remedy === 'string' ? remedy : undefined,
      details,
      cause: current,
    });
  }
  return undefined;
}
