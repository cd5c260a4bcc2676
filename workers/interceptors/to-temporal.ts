import { ApplicationFailure } from '@temporalio/common';
import { MainspringFailure } from '../../contracts/failures.js';

/**
 * Convert a `MainspringFailure` to Temporal's failure: not retried, with type and message, and with `{ remedy,
 * details }` as the details that the Web UI shows. Any other error is returned unchanged. No other function does this
 * conversion.
 */
export function toTemporal(error: unknown): unknown {
  if (!(error instanceof MainspringFailure)) return error;
  const { type, message, remedy, details, cause, stack } = error;
  const failure = ApplicationFailure.create({
    type,
    message,
    nonRetryable: true,
    details: [{ remedy, ...(details === undefined ? {} : { details }) }],
    ...(cause instanceof Error ? { cause } : {}),
  });
  if (stack !== undefined) failure.stack = stack;
  return failure;
}

/** Run `work`, and convert a `MainspringFailure` that it throws to Temporal's failure. */
export async function translated<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw toTemporal(error);
  }
}
