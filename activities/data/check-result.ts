import type { OnFail } from '../../contracts/checks/fields.js';
import type { Outcome } from '../../contracts/checks/define-check.js';
import { count, percent } from '../../contracts/checks/words.js';
import type { CheckResult } from '../../contracts/data.js';
import { identified } from './identified.js';
import type { RowCheck } from './row-checks.js';

/**
 * Largest share of a source that may be set aside, 0–1. If more rows fail, the source is not the declared one, and
 * the check stops the lifecycle.
 */
export const QUARANTINE_MAX_SHARE = 0.05;

/** An outcome with the kind of its check, the checked source, and the consequence of a failure. */
/**
 * Results of checks that look at more than single rows. No rows can be set aside for them, so `quarantine` stops the
 * lifecycle too.
 */
export type CheckOutcome = Outcome & { kind: string; source: string; onFail: OnFail; rows: number };

export const resultsOf = (outcomes: CheckOutcome[]): CheckResult[] =>
  identified(outcomes).map(({ id, kind, check, ok, onFail, message, failing = 0, rows }) => ({
    id,
    kind,
    check,
    verdict: ok ? 'pass' : onFail === 'warn' ? 'warn' : 'fail',
    message,
    failing,
    rows,
  }));

/** Result of a row check that could not be run. */
export const unaskedResult = (check: RowCheck, message: string): CheckResult => ({
  id: check.id,
  kind: check.kind,
  check: check.check,
  verdict: check.onFail === 'warn' ? 'warn' : 'fail',
  message,
  failing: 0,
  rows: 0,
});

/**
 * Result of a row check, from the number of failing rows.
 *
 * @param examples failing rows in words, shown after the count
 */
export function rowResult(check: RowCheck, failing: number, rows: number, examples = ''): CheckResult {
  const share = rows === 0 ? 0 : failing / rows;
  const found = `${count(failing)} of ${count(rows)} rows (${percent(share)}) ${check.fault}${examples && `, e.g. ${examples}`}`;
  const result = (verdict: CheckResult['verdict'], rule: string): CheckResult => ({
    id: check.id,
    kind: check.kind,
    check: check.check,
    verdict,
    message: `${found}; ${rule}`,
    failing,
    rows,
  });
  if (check.onFail === 'quarantine') {
    const most = Math.max(check.allowed, QUARANTINE_MAX_SHARE);
    if (failing === 0) return result('pass', 'none is set aside');
    return share <= most
      ? result('quarantine', 'they are set aside')
      : result('fail', `at most ${percent(most)} may be set aside`);
  }
  const rule = check.allowed === 0 ? 'none is allowed' : `${percent(check.allowed)} is allowed`;
  if (share <= check.allowed) return result('pass', rule);
  return result(check.onFail === 'warn' ? 'warn' : 'fail', rule);
}
