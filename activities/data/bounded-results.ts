import type { CheckResult } from '../../contracts/data.js';

/** Most results in the message of a validation, which may hold 2 MB. The report shows all. */
export const MAX_RESULTS = 2_000;

const ORDER: CheckResult['verdict'][] = ['fail', 'quarantine', 'warn', 'pass'];

/** The results in their order; beyond the limit the least serious are left out, and one result says how many. */
export function boundedResults(results: readonly CheckResult[]): CheckResult[] {
  if (results.length <= MAX_RESULTS) return [...results];
  const serious = results
    .map((result, at) => ({ at, rank: ORDER.indexOf(result.verdict) }))
    .toSorted((a, b) => a.rank - b.rank || a.at - b.at);
  const kept = new Set(serious.slice(0, MAX_RESULTS - 1).map(({ at }) => at));
  const [worst] = serious.slice(MAX_RESULTS - 1);
  return [
    ...results.filter((_, at) => kept.has(at)),
    {
      id: 'more',
      kind: 'more',
      check: 'more',
      verdict: ORDER[worst?.rank ?? ORDER.length - 1] ?? 'pass',
      message: `${(results.length - kept.size).toLocaleString('en')} more results stand in the report`,
      failing: 0,
      rows: 0,
    },
  ];
}
