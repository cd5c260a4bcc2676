import { Context } from '@temporalio/activity';
import { TemporalFailure } from '@temporalio/common';
import type { WorkerInterceptors } from '@temporalio/worker';
import { MainspringFailure } from '../../contracts/failures.js';
import { finalFailure } from './final-failure.js';
import { openRetryTelling } from './tell-retry.js';
import { toTemporal } from './to-temporal.js';

const telling = openRetryTelling();

/**
 * Run an activity. An error that no retry mends becomes a failure of the register. Any other error is thrown unchanged, and the
 * workflow is told of it if it lasts.
 */
async function attempted<T>(work: () => Promise<T>): Promise<T> {
  const { info } = Context.current();
  try {
    const result = await work();
    telling.ended(info);
    return result;
  } catch (error) {
    const final =
      error instanceof TemporalFailure ? error : toTemporal(finalFailure(error, info.attempt) ?? error);
    if (error instanceof TemporalFailure || error instanceof MainspringFailure || final !== error)
      telling.ended(info);
    else await telling.failed(info, () => Context.current().client, error);
    throw final;
  }
}

/** Interceptors for `Worker.create`, for the activities of every pool. */
export const activityInterceptors: WorkerInterceptors = {
  activity: [() => ({ inbound: { execute: (input, next) => attempted(() => next(input)) } })],
};
