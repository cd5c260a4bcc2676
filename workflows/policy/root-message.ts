import { failureIn } from '../../contracts/failures.js';
import { rootReason } from '../../contracts/root-reason.js';

/** The message of our failure, otherwise of the innermost cause, without the errors that carried it. */
export function rootMessage(error: unknown): string {
  const failure = failureIn(error);
  return failure ? failure.message : rootReason(error);
}

/** Message and remedy as one text, for a record that people read. */
export function messageAndRemedy(error: unknown): string {
  const remedy = failureIn(error)?.remedy;
  const message = rootMessage(error);
  if (remedy === undefined) return message;
  if (message.includes('\n')) return `${message}\n${remedy}`;
  return `${message}${/[.!?…]$/.test(message) ? '' : '.'} ${remedy}`;
}
