import { kindOf } from '../../contracts/checks/kind-of.js';
import { isMissing } from '../../contracts/checks/sql.js';
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

type Declared = Pick<Data, 'checks' | 'sources'>;

/**
 * A row without event time belongs to no window, so it is set aside. A check of the spec that judges the nulls of the
 * column decides instead.
 */
function timeChecks({ checks, sources }: Declared, types: SourceTypes): Omit<RowCheck, 'id'>[] {
  const isJudged = (source: string, column: string): boolean =>
    checks.some(
      (check) => sourceOf(check, sources) === source && kindOf(check).judgesNulls?.(check).includes(column),
    );
  return Object.entries(sources).flatMap(([source, { time }]) => {
    if (time === undefined || isJudged(source, time)) return [];
    return [
      {
        kind: 'time',
        check: `time(${source}.${time})`,
        source,
        onFail: 'quarantine' as const,
        columns: [time],
        fault: `have no ${time}, the event time`,
        allowed: 0,
        counting: { by: 'statistics' as const, fails: isMissing(time, types[source]?.[time]) },
      },
    ];
  });
}

/**
 * The row checks of a spec: one for each rule of each declared check, and the event time of each source that has one.
 *
 * @param types columns of each source; values of a column of unknown type are compared as text
 */
export function rowChecks({ checks, sources }: Declared, types: SourceTypes = {}): RowCheck[] {
  const found = checks.flatMap((check) => {
    const kind = kindOf(check);
    if (kind.scope !== 'row') return [];
    const source = sourceOf(check, sources);
    return kind
      .rules(check, source, types)
      .map((rule) => ({ ...rule, kind: kind.name, source, onFail: check.onFail }));
  });
  return identified([...found, ...timeChecks({ checks, sources }, types)]);
}
