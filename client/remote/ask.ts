import { FailureType, MainspringFailure } from '../../contracts/failures.js';
import { rootReason } from '../../contracts/root-reason.js';
import { type ErrorKind, MainspringError } from '../../operations/errors.js';

/** An error in an answer of the API. */
export interface Problem {
  type?: string;
  detail: string;
  kind: ErrorKind;
  remedy: string;
  issues?: unknown;
  details?: unknown;
}

const KINDS: readonly ErrorKind[] = ['failed', 'usage', 'refused', 'not-found', 'unreachable'];

const isProblem = (value: unknown): value is Problem =>
  typeof value === 'object' &&
  value !== null &&
  'detail' in value &&
  typeof value.detail === 'string' &&
  'remedy' in value &&
  typeof value.remedy === 'string' &&
  'kind' in value &&
  KINDS.some((kind) => kind === value.kind);

const typeOf = (type: string | undefined): FailureType | undefined =>
  Object.values(FailureType).find((known) => type === `urn:mainspring:problem:${known}`);

/**
 * The error that the operation raised at the server. An unknown type of a later version is replaced by the type of
 * its kind.
 */
export function toError({ type, kind, detail, remedy, issues, details }: Problem): MainspringFailure {
  const plain = new MainspringError(kind, detail, remedy, issues ?? details);
  const known = typeOf(type);
  return known === undefined || known === plain.type
    ? plain
    : new MainspringFailure(known, detail, { remedy, details });
}

/** The error for an answer that Mainspring did not send, such as one of a proxy or of another server. */
const foreign = (address: string, status: number): MainspringError =>
  new MainspringError(
    'unreachable',
    `${address} answered HTTP ${status}, and not as the API of Mainspring does`,
    'Correct the address (MAINSPRING_ADDRESS, --address): `npm start` prints it.',
  );

export const apiAway = (address: string, cause: unknown): MainspringError =>
  new MainspringError(
    'unreachable',
    `The API at ${address} cannot be used: ${rootReason(cause)}`,
    'Start it (`mainspring up` starts it with the local stack), or correct the address (MAINSPRING_ADDRESS, --address).',
    undefined,
    { cause },
  );

/** The error for an answer with an error status. */
export async function errorOf(address: string, response: Response): Promise<MainspringFailure> {
  const body: unknown = await response.json().catch(() => undefined);
  return isProblem(body) ? toError(body) : foreign(address, response.status);
}

/**
 * The JSON of an answer.
 *
 * @throws MainspringError `unreachable` for an answer that is cut off, or that is no JSON
 */
export async function jsonOf(address: string, response: Response): Promise<unknown> {
  try {
    return await response.json();
  } catch (error) {
    throw error instanceof SyntaxError ? foreign(address, response.status) : apiAway(address, error);
  }
}

/**
 * Send a request and return the answer.
 *
 * @throws MainspringError as the operation raised it; `unreachable` if there is no answer, or another server answers
 */
export async function ask(address: string, path: string, init: RequestInit): Promise<Response> {
  let response: Response;
  try {
    response = await fetch(`${address}${path}`, { redirect: 'error', ...init });
  } catch (error) {
    if (init.signal?.aborted) throw error;
    throw apiAway(address, error);
  }
  if (response.ok) return response;
  throw await errorOf(address, response);
}
