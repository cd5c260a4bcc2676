import { fail, failureIn } from '../contracts/failures.js';
import { MainspringError } from './errors.js';
import type { UpdateRefused } from './ports/workflows.js';

/**
 * The remedy that the workflow wrote for this refusal. Undefined if it wrote none: the failure then has the remedy of its type,
 * which speaks to the author of a caller and not to the person who acts.
 */
function ownRemedy(error: UpdateRefused): string | undefined {
  const failure = failureIn(error);
  return failure && failure.remedy === fail(failure.type, '').remedy ? undefined : error.remedy;
}

/**
 * A refused Update as an error of an operation.
 *
 * @param remedy for a refusal without a remedy of its own
 */
export const refusedUpdate = (message: string, error: UpdateRefused, remedy: string): MainspringError =>
  new MainspringError('refused', message, ownRemedy(error) ?? remedy);
