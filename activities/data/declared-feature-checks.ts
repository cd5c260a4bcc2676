import type { CheckDefinition, FeatureFigures } from '../../contracts/checks/define-check.js';
import { CHECKS as kinds } from '../../contracts/checks/index.js';
import { kindOf } from '../../contracts/checks/kind-of.js';
import type { Problem } from '../../contracts/problems/index.js';
import type { DataCheck } from '../../contracts/checks/data-check.js';
import type { CheckOutcome } from './check-result.js';
import { checkOutcomes } from './declared-source-checks.js';
import { FEATURES } from './own-feature-checks.js';

/**
 * The checks of labels and features: those of the spec, and the engine's defaults for kinds that the spec does not
 * use.
 */
function featureChecks(declared: DataCheck[]): DataCheck[] {
  const used = new Set(declared.map((check) => kindOf(check).name));
  const added = Object.values(kinds).flatMap((kind) =>
    'unlessDeclared' in kind && !used.has(kind.name) ? [kind.unlessDeclared] : [],
  );
  return [...declared, ...added];
}

/**
 * Fails a check that does not apply to the problem type. `spec check` refuses such a check before a lifecycle starts.
 */
const misfit = (
  { name, problems = [] }: CheckDefinition,
  { type }: Problem,
  { onFail }: DataCheck,
  rows: number,
): CheckOutcome => ({
  kind: name,
  check: name,
  source: FEATURES,
  ok: false,
  onFail,
  message: `${name} does not apply to ${type}, only to ${problems.join(', ')}: take it out of data.checks`,
  rows,
});

/** Runs the checks of labels and features. */
export const declaredFeatureChecks = (
  declared: DataCheck[],
  problem: Problem,
  figures: FeatureFigures,
  rows: number,
): CheckOutcome[] =>
  featureChecks(declared).flatMap((check) => {
    const kind = kindOf(check);
    if (kind.scope !== 'feature') return [];
    if (kind.problems?.includes(problem.type) === false) return [misfit(kind, problem, check, rows)];
    return checkOutcomes(kind.outcomes(check, figures), check, { kind: kind.name, source: FEATURES, rows });
  });
