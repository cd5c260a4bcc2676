import { MainspringError } from '../errors.js';

/** Messages of the innermost cause, also of Node's aggregate of several connection attempts. */
function reasonOf(error: unknown): string {
  if (error instanceof AggregateError && error.errors.length > 0) return reasonOf(error.errors[0]);
  if (error instanceof Error) {
    if (error.cause instanceof Error) return reasonOf(error.cause);
    return error.message || ('code' in error ? String(error.code) : error.name);
  }
  return String(error);
}

/** @param variables what in the environment says where the server is */
export const unreachable = (
  server: string,
  address: string,
  variables: string,
  cause: unknown,
): MainspringError =>
  new MainspringError(
    'unreachable',
    `${server} at ${address} cannot be used: ${reasonOf(cause)}`,
    `Start the local stack with \`mainspring up\`, or correct ${variables}. \`mainspring doctor\` checks every server.`,
    undefined,
    { cause },
  );
