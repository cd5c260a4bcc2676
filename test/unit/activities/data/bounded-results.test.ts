import { expect, it } from 'vitest';
import { MAX_RESULTS, boundedResults } from '../../../../activities/data/bounded-results.js';
import type { CheckResult } from '../../../../contracts/data.js';

const result = (verdict: CheckResult['verdict'], n: number): CheckResult => ({
  id: `varies(genes.gene_${n})`,
  kind: 'varies',
  check: `varies(genes.gene_${n})`,
  verdict,
  message: `column "gene_${n}" is 0 in all 1,000 rows`.padEnd(400),
  failing: 0,
  rows: 1_000,
});

it('the results of a wide table keep what failed and say how many are left out', () => {
  const many = Array.from({ length: 15_000 }, (_, n) =>
    result(n === 14_999 ? 'fail' : n % 2 ? 'warn' : 'pass', n),
  );

  const kept = boundedResults(many);

  expect(kept).toHaveLength(MAX_RESULTS);
  expect(kept.filter(({ verdict }) => verdict === 'fail')).toEqual([many.at(-1)]);
  expect(kept.at(-1)).toMatchObject({ verdict: 'warn', message: '13,001 more results stand in the report' });
  expect(JSON.stringify(kept).length).toBeLessThan(2_000_000);
});

it('few results stay as they are', () => {
  expect(boundedResults([result('pass', 1)])).toEqual([result('pass', 1)]);
});
