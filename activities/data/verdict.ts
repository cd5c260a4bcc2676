import type { CheckResult } from '../../contracts/data.js';
import type { OnFail, RowCheck } from './row-checks.js';

/** A source of which more than this must be set aside is not the data that was declared. 0–1. */
const QUARANTINE_MAX_SHARE = 0.05;

export const count = (value: number): string => value.toLocaleString('en');

/** A share with as many digits as it needs to be told from none. */
export const percent = (share: number): string =>
  share === 0 ? '0 %' : `${share < 0.001 ? (share * 100).toPrecision(1) : (share * 100).toFixed(1)} %`;

/** Outcome of a check that looks at a whole source: nothing can be set aside, so quarantine stops too. */
export function settle(
  check: string,
  {
    ok,
    onFail,
    message,
    rows,
    failing = 0,
  }: { ok: boolean; onFail: OnFail; message: string; rows: number; failing?: number },
): CheckResult {
  const verdict = ok ? 'pass' : onFail === 'warn' ? 'warn' : 'fail';
  return { check, verdict, message, failing, rows };
}

/** Outcome of a check of rows, from the number that fail. */
export function settleRows(check: RowCheck, failing: number, rows: number): CheckResult {
  const share = rows === 0 ? 0 : failing / rows;
  const found = `${count(failing)} of ${count(rows)} rows (${percent(share)}) ${check.fault}`;
  const done = (verdict: CheckResult['verdict'], rule: string): CheckResult => ({
    check: check.check,
    verdict,
    message: `${found}; ${rule}`,
    failing,
    rows,
  });
  if (check.onFail === 'quarantine') {
    const most = Math.max(check.allowed, QUARANTINE_MAX_SHARE);
    if (failing === 0) return done('pass', 'none is set aside');
    return share <= most
      ? done('quarantine', 'they are set aside')
      : done('fail', `at most ${percent(most)} may be set aside`);
  }
  const rule = check.allowed === 0 ? 'none is allowed' : `${percent(check.allowed)} is allowed`;
  if (share <= check.allowed) return done('pass', rule);
  return done(check.onFail === 'warn' ? 'warn' : 'fail', rule);
}
