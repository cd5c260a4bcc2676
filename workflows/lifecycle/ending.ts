import { CancellationScope, patched, setHandler, sleep } from '@temporalio/workflow';
import { type EndedAs, endedBy } from '../../contracts/ended-by.js';
import { FailureType, fail } from '../../contracts/failures.js';
import { CancelRequest, cancelLifecycle, failLifecycle } from '../../contracts/lifecycle.js';
import { AFTER_CANCEL } from '../after-cancel.js';
import { forTemporal } from '../for-temporal.js';

/** A person's request to end a run. */
export interface EndRequest extends CancelRequest {
  outcome: EndedAs;
}

const said = (request: EndRequest): string => endedBy(request.outcome, request);

/** Lets people end a run, whatever it waits for. */
export interface Ending {
  /** The first request of a person; undefined if nobody has asked. */
  readonly request: EndRequest | undefined;
  /** The request in words. */
  readonly words: string | undefined;
  /** True once the run is to end: a person, or Temporal, has asked for it. */
  readonly isDue: boolean;
  /** Runs the stages. A request cancels them; if they do not end in time, this throws the cancellation. */
  whileWanted<T>(work: () => Promise<T>): Promise<T>;
  /** Runs a step after the stages. Only a request that comes during it cancels it. */
  unlessAsked<T>(work: () => Promise<T>): Promise<T>;
}

export function openEnding(): Ending {
  const stages = new CancellationScope();
  let request: EndRequest | undefined;

  const accept = (outcome: EndRequest['outcome']) => (asked: CancelRequest) => {
    request = { outcome, ...asked };
    stages.cancel();
    return { accepted: true } as const;
  };
  const validator = (asked: unknown): void => {
    if (!CancelRequest.safeParse(asked).success)
      throw fail(FailureType.InvalidInput, 'this needs {"by": "name", "reason": "why"}');
    if (request) throw fail(FailureType.InvalidInput, `already being ${said(request)}`);
  };
  setHandler(forTemporal(cancelLifecycle), accept('cancelled'), {
    description:
      'Stop the lifecycle: {"by": "name", "reason": "why"}. Jobs are stopped, a canary is rolled back.',
    validator,
  });
  setHandler(forTemporal(failLifecycle), accept('failed'), {
    description: 'As cancel, and the lifecycle counts as failed: {"by": "name", "reason": "why"}.',
    validator,
  });

  // Covers a request of Temporal's own too, which cancels all scopes.
  const tooLate = stages.cancelRequested.catch(async (cancellation: unknown): Promise<never> => {
    // A history of an earlier version has no timer here.
    if (!patched('ends-in-time')) return new Promise<never>(() => undefined);
    await CancellationScope.nonCancellable(() =>
      sleep(AFTER_CANCEL.children, { summary: 'for its children to end' }),
    );
    throw cancellation;
  });
  tooLate.catch(() => undefined);

  return {
    get request() {
      return request;
    },
    get words() {
      return request && said(request);
    },
    get isDue() {
      return stages.consideredCancelled;
    },
    whileWanted: (work) => Promise.race([stages.run(work), tooLate]),
    unlessAsked: (work) =>
      CancellationScope.nonCancellable(() => {
        const step = new CancellationScope();
        stages.cancelRequested.catch(() => step.cancel());
        return step.run(work);
      }),
  };
}
