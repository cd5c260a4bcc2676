import { kindOf } from '../../contracts/checks/kind-of.js';
import type { SourceTypes } from '../../contracts/checks/define-check.js';
import type { OnFail } from '../../contracts/checks/fields.js';
import type { RowRule } from '../../contracts/checks/row-rule.js';
import type { Data } from '../../contracts/spec/data.js';
import { identified } from './identified.js';
import { sourceOf } from '../../contracts/spec/default-source.js';

/** A rule about the rows of a source, with the fields that its report needs. */
export interface RowCheck extends RowRule {
  /** Unique among the checks of the same data, e.g. `notNull(delay)@flights`. */
  id: string;
  kind: string;
  source: string;
  onFail: OnFail;
}

/**
 * The row checks of the spec: one for each rule of each declared check.
 *
 * @param types columns of each source; values of a column of unknown type are compared as text
 */
export function rowChecks(
  { checks, sources }: Pick<Data, 'checks' | 'sources'>,
  types: SourceTypes = {},
): RowCheck[] {
  const found = checks.flatMap((check) => {
    const kind = kindOf(check);
    if (kind.scope !== 'row') return [];
    const source = sourceOf(check, sources);
    return kind
      .rules(check, source, types)
      .map((rule) => ({ ...rule, kind: kind.name, source, onFail: check.onFail }));
  });
  return identified(found);
}
