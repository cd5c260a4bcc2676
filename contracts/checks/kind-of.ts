import type { DataCheck } from './data-check.js';
import type { CheckDefinition } from './define-check.js';
import { CHECKS, type CheckKind } from './index.js';

/**
 * The kind of a check. Its functions accept checks of this kind.
 *
 * @throws RangeError for a check of an unknown kind, so that such a check never passes silently
 */
export function kindOf(check: DataCheck): CheckDefinition {
  const names = Object.keys(CHECKS).filter((name) => name in check) as CheckKind[];
  const [name] = names;
  if (name === undefined || names.length > 1)
    throw new RangeError(
      `a check with the fields ${Object.keys(check).join(', ')} is of ${names.length === 0 ? 'no known kind' : `several kinds: ${names.join(', ')}`}; known are ${Object.keys(CHECKS).join(', ')}`,
    );
  return CHECKS[name];
}

/** The source that a check names; undefined if it names none. */
export const namedSource = ({
  source,
}: {
  onFail: unknown;
  source?: string | undefined;
}): string | undefined => source;
