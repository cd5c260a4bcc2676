import { RequestError } from '../request-error.js';

/** Whoever asked, as far as an answer needs: the connection of the request. */
export interface Caller {
  /** False once no answer can be written, because the connection was closed. Other than false where nobody can tell. */
  readonly writable?: boolean;
}

export const isGone = (caller: Caller | undefined): boolean => caller?.writable === false;

/** No answer is due: the caller closed the connection. The status is that of nginx; nobody receives it. */
export const givenUp = (): RequestError =>
  new RequestError(499, 'the caller closed the connection before the answer');

export const isGivenUp = (error: unknown): boolean => error instanceof RequestError && error.status === 499;

/**
 * Resolves when the events that wait on all connections were handled, a caller's going included. It takes two rounds of the event
 * loop: the first may end without a look at the connections.
 */
export const afterEvents = (): Promise<void> => new Promise((resolve) => setImmediate(setImmediate, resolve));
