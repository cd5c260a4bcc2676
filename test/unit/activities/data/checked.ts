import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { checkSources } from '../../../../activities/data/check-sources.js';
import type { CheckResult } from '../../../../contracts/data.js';
import { type DataCheck } from '../../../../contracts/checks/data-check.js';
import type { z } from 'zod';
import { Data } from '../../../../contracts/spec/data.js';
import { quoted } from '../../../../contracts/sql-text.js';
import { openSqlEngine } from '../../../../infra/adapters/duckdb/sql-engine.js';

type Check = z.input<typeof DataCheck>;

/**
 * The results of checks over small sources, each given by its SELECT, in a real DuckDB. The first source is the one that a
 * check without a source means.
 */
export async function checked(sources: Record<string, string>, ...checks: Check[]): Promise<CheckResult[]> {
  const folder = await mkdtemp(join(tmpdir(), 'mainspring-checked-'));
  const [first = ''] = Object.keys(sources);
  try {
    return await openSqlEngine().session(
      { folder, signal: new AbortController().signal },
      async (session) => {
        const delivered: Record<string, number> = {};
        for (const [name, select] of Object.entries(sources)) {
          await session.run(`CREATE TABLE ${quoted(name)} AS SELECT * FROM (${select}) ORDER BY ALL`);
          const [found] = await session.rows(`SELECT count(*) AS rows FROM ${quoted(name)}`);
          delivered[name] = Number(found?.['rows']);
        }
        const declared = {
          checks: Data.shape.checks.parse(checks.map((check) => ({ source: first, ...check }))),
          sources: Object.fromEntries(Object.keys(sources).map((name) => [name, { parquet: name }])),
        };
        const found = await checkSources(session, declared, { asOf: '2024-01-01T00:00:00.000Z', delivered });
        return found.checks;
      },
    );
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** The number of failing rows of one check. */
export async function failing(sources: Record<string, string>, check: Check): Promise<number> {
  const [result] = (await checked(sources, check)).filter(({ check: name }) =>
    Object.keys(check).some((key) => name.startsWith(key)),
  );
  return result?.failing ?? NaN;
}
