import { type MainspringFailure, failureIn } from '../contracts/failures.js';
import { MainspringError } from '../operations/errors.js';
import { fileFailure } from './disk/file-failure.js';

/** True for an error that JavaScript raises by itself. It is a fault of ours, whatever the person typed. */
const isOwnFault = (error: unknown): boolean =>
  [TypeError, RangeError, ReferenceError, SyntaxError, URIError].some((kind) => error instanceof kind) &&
  // The errors of a lost connection, as fetch names them.
  !/^(fetch failed|terminated)$/.test((error as Error).message);

/** Any error as a failure with a kind and a remedy, for a person at a terminal. */
export function toKnown(error: unknown): MainspringFailure {
  const known = failureIn(error) ?? fileFailure(error);
  if (known) return known;
  const message = error instanceof Error ? error.message : String(error);
  // Compared by name, because the class belongs to the server side, which a client of the API does not load.
  if (error instanceof Error && error.name === 'ConfigError')
    return new MainspringError(
      'usage',
      message,
      'Correct the environment. docs/operating.md lists every variable.',
    );
  const [said, remedy] = isOwnFault(error)
    ? [
        `Mainspring has a fault here: ${message}`,
        'Report it with the command line that you typed and the output of `mainspring --version`.',
      ]
    : [message, 'If a server has just gone away, try again. `mainspring doctor` checks every server.'];
  return new MainspringError('failed', said, remedy, undefined, { cause: error });
}
