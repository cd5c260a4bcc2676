import { failureIn } from '../contracts/failures.js';
import { rootReason } from '../contracts/root-reason.js';
import { MainspringError } from './errors.js';

/** An error of the object store names it, which the message around it does already. */
const OWN_NAME = /^the object store at \S+ /;

/** @param variables environment variables that hold the server's address */
export const unreachable = (
  server: string,
  address: string,
  variables: string,
  cause: unknown,
): MainspringError =>
  new MainspringError(
    'unreachable',
    `${server} at ${address} cannot be used: ${rootReason(cause).replace(OWN_NAME, 'it ')}`,
    `Start the local stack with \`mainspring up\`, or correct ${variables}. \`mainspring doctor\` checks every server.`,
    undefined,
    { cause },
  );

/** Error codes of the system and of PostgreSQL for a connection that failed or was lost. */
const AWAY = new Set<unknown>([
  'ECONNREFUSED',
  'ECONNRESET',
  'ECONNABORTED',
  'EPIPE',
  'ETIMEDOUT',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'EAI_AGAIN',
  'ENOTFOUND',
  '57P01',
  '57P02',
  '57P03',
  '08006',
]);

const isConnectionError = (error: unknown): boolean => {
  if (error instanceof AggregateError) return error.errors.some(isConnectionError);
  if (!(error instanceof Error)) return false;
  if ('code' in error && AWAY.has(error.code)) return true;
  return /Connection terminated|timeout exceeded when trying to connect/.test(error.message)
    ? true
    : isConnectionError(error.cause);
};

/** Turns an error of a lost connection into `unreachable`. Any other error stays as it is. */
export function withServerAway(error: unknown): unknown {
  if (failureIn(error) || !isConnectionError(error)) return error;
  return new MainspringError(
    'unreachable',
    `a server went away: ${rootReason(error)}`,
    'Try again in a moment. `mainspring doctor` checks every server.',
    undefined,
    { cause: error },
  );
}
