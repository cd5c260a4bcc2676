import { FailureType, fail } from '../../../contracts/failures.js';
import { TimeLimitExceeded } from './interruptible.js';
import { MAX_SPILL } from './settings.js';

/** Classes of DuckDB's errors that the same data give again. */
const OF_THE_DATA =
  /^(Binder|Catalog|Constraint|Conversion|Invalid|Invalid Input|Mismatch Type|Not implemented|Out of Range|Parser|Serialization|Syntax) Error/;

/** Characters of DuckDB's message that are shown. */
const WIDTH = 300;

const reasonOf = ({ message }: Error): string => {
  const [line = ''] = message.split('\n');
  return line.length <= WIDTH ? line : `${line.slice(0, WIDTH)}…`;
};

/**
 * The failure of an error that comes again however often the engine's own statement is tried. Every other error is returned
 * as it is: a full disk or a store that is away may pass.
 */
export function finalFault(error: unknown, limits: { memory: string; timeMs?: number }): unknown {
  if (error instanceof TimeLimitExceeded)
    return fail(
      FailureType.SqlTimedOut,
      `a statement of the engine over the data ran longer than data.limits.time (${(limits.timeMs ?? 0) / 1_000} s) and was stopped`,
      { remedy: 'Raise data.limits.time, or give the model fewer rows, columns or checks.' },
    );
  if (!(error instanceof Error)) return error;
  if (/^Out of Memory Error/.test(error.message))
    return fail(
      FailureType.DataTooLarge,
      `a statement of the engine over the data needs more than data.limits.memory (${limits.memory}), or more than ${MAX_SPILL} of temporary files: ${reasonOf(error)}`,
      { remedy: 'Raise data.limits.memory, or give the model fewer rows or columns.' },
    );
  if (OF_THE_DATA.test(error.message))
    return fail(
      FailureType.DataRejected,
      `the data hold something that the engine’s own SQL does not take: ${reasonOf(error)}`,
      {
        remedy:
          'Cast or leave out the column or value that the message names, in data.clean or features.sql.',
      },
    );
  return error;
}
