import { FailureType, fail } from '../../contracts/failures.js';
import type { PackedSpec } from '../../contracts/spec/model-spec.js';
import { durationMs } from '../../contracts/primitives/duration.js';
import type { Windows } from '../../contracts/data.js';
import type { SpecReader } from '../ports/spec-reader.js';
import type { WalledQuery } from '../ports/sql-engine.js';

/** @throws ApplicationFailure `SpecNotFound` */
export async function loadSpec(specs: SpecReader, digest: string): Promise<PackedSpec> {
  const packed = await specs.loadSpec(digest);
  if (!packed)
    throw fail(FailureType.SpecNotFound, `spec ${digest} is not recorded`, {
      remedy: 'Start the lifecycle with `mainspring start`.',
    });
  return packed;
}

/**
 * Text of an SQL file that the spec names.
 *
 * @throws ApplicationFailure `SpecNotFound` if the packed spec lacks the file
 */
export function sqlOf({ sql }: PackedSpec, path: string): string {
  const text = sql[path];
  if (text === undefined)
    throw fail(FailureType.SpecNotFound, `SQL file ${path} is missing from the packed spec`, {
      remedy: 'Pack and start the model again.',
    });
  return text;
}

/** Variables that SQL of the spec may read by `getvariable`: `as_of`, `window_from` and `window_to`. */
export const variablesOf = ({ asOf, rows }: Windows): WalledQuery['variables'] => ({
  as_of: asOf,
  window_from: rows.from,
  window_to: rows.to,
});

export const limitsOf = ({ spec }: PackedSpec): WalledQuery['limits'] => ({
  memory: spec.data.limits.memory,
  timeMs: durationMs(spec.data.limits.time),
});
