import { kindOf } from '../../contracts/checks/kind-of.js';
import { count } from '../../contracts/checks/words.js';
import type { Data } from '../../contracts/spec/data.js';
import type { CheckOutcome } from './check-result.js';
import { sourceOf } from '../../contracts/spec/default-source.js';
import type { ColumnProfile, SourceProfile } from './profile.js';

type Declared = Pick<Data, 'checks' | 'sources'>;

/** Columns that the checks of a source declare. */
const declaredIn = ({ checks, sources }: Declared, source: string): Set<string> =>
  new Set(
    checks
      .filter((check) => sourceOf(check, sources) === source)
      .flatMap((check) => kindOf(check).declares?.(check) ?? []),
  );

/**
 * Checks that every source gets: all rows were read, numbers are finite, and no column is empty or constant. A fault in
 * a column that the spec does not declare is a warning.
 */
export function ownSourceChecks(
  declared: Declared,
  source: string,
  { rows, columns }: SourceProfile,
  delivered: number,
): CheckOutcome[] {
  const columnsDeclared = declaredIn(declared, source);
  const whole: CheckOutcome = {
    kind: 'whole',
    check: `whole(${source})`,
    source,
    ok: rows === delivered,
    onFail: 'stop',
    message: `${count(rows)} rows read, ${count(delivered)} recorded`,
    rows,
  };
  const faults = Object.entries(columns).flatMap(([name, column]) =>
    columnFaults(name, column, rows, columnsDeclared.has(name) ? 'stop' : 'warn').map((fault) => ({
      ...fault,
      check: `${fault.kind}(${source}.${name})`,
      source,
      rows,
      ok: false,
    })),
  );
  return [whole, ...faults];
}

type Fault = Pick<CheckOutcome, 'kind' | 'message' | 'onFail'> & { failing: number };

function columnFaults(
  name: string,
  { nulls, notFinite, min, max }: ColumnProfile,
  rows: number,
  onFail: 'stop' | 'warn',
): Fault[] {
  if (rows > 0 && nulls === rows)
    return [
      {
        kind: 'present',
        message: `column "${name}" is empty in all ${count(rows)} rows`,
        failing: rows,
        onFail,
      },
    ];
  const faults: Fault[] = [];
  if (notFinite > 0)
    faults.push({
      kind: 'finite',
      message: `${count(notFinite)} of ${count(rows)} rows have an infinite ${name} or NaN: deliver null for a missing value`,
      failing: notFinite,
      onFail,
    });
  if (rows > 1 && nulls === 0 && min !== null && min === max)
    faults.push({
      kind: 'varies',
      message: `column "${name}" is ${min} in all ${count(rows)} rows`,
      failing: 0,
      onFail: 'warn',
    });
  return faults;
}
