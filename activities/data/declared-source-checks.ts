import type { Outcome } from '../../contracts/checks/define-check.js';
import { kindOf } from '../../contracts/checks/kind-of.js';
import type { Data } from '../../contracts/spec/data.js';
import type { DataCheck } from '../../contracts/checks/data-check.js';
import type { CheckOutcome } from './check-result.js';
import { sourceOf, unknownSource } from '../../contracts/spec/default-source.js';
import type { SourceProfile } from './profile.js';

/** Facts about the sources that the checks judge. */
interface Found {
  types: Record<string, Record<string, string>>;
  profiles: Record<string, SourceProfile>;
  asOf: string;
}

/** Runs the checks of the spec on columns (`tables`) or on whole sources (`sources`). */
export function declaredSourceChecks(
  { checks, sources }: Pick<Data, 'checks' | 'sources'>,
  { types, profiles, asOf }: Found,
): { tables: CheckOutcome[]; sources: CheckOutcome[] } {
  const found: { tables: CheckOutcome[]; sources: CheckOutcome[] } = { tables: [], sources: [] };
  for (const check of checks) {
    const kind = kindOf(check);
    const source = sourceOf(check, sources);
    const { rows, newestMs } = profiles[source] ?? { rows: 0, newestMs: null };
    const attributed = (outcomes: Outcome[]) =>
      checkOutcomes(outcomes, check, { kind: kind.name, source, rows });
    const columns = types[source];
    const unknown = (): CheckOutcome[] =>
      attributed([
        {
          check: `${kind.name}(${source})`,
          ok: false,
          message: unknownSource(source, Object.keys(types)),
        },
      ]);
    switch (kind.scope) {
      case 'table':
        found.tables.push(
          ...(columns ? attributed(kind.outcomes(check, { source, types: columns })) : unknown()),
        );
        break;
      case 'source':
        found.sources.push(
          ...(columns ? attributed(kind.outcomes(check, { source, rows, newestMs, asOf })) : unknown()),
        );
        break;
      case 'row': // asked by `rowChecks`
      case 'feature': // asked by `declaredFeatureChecks`
        break;
      default:
        // Does not compile if a new scope is not handled above.
        kind satisfies never;
    }
  }
  return found;
}

/** Adds to each outcome the kind of its check, the checked source, and the consequence of a failure. */
export const checkOutcomes = (
  outcomes: Outcome[],
  { onFail }: Pick<DataCheck, 'onFail'>,
  about: { kind: string; source: string; rows: number },
): CheckOutcome[] => outcomes.map((outcome) => ({ onFail, ...outcome, ...about }));
