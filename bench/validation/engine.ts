// The engine's own validation pass over the files named in argv, in a separate process. Prints one line of JSON.
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { checkSources } from '../../activities/data/check-sources.js';
import { parquet } from '../../activities/data/parquet-sql.js';
import { Data } from '../../contracts/spec/data.js';
import type { DataCheck } from '../../contracts/checks/data-check.js';
import { openSqlEngine } from '../../infra/adapters/duckdb/sql-engine.js';

interface Declared {
  columns: Record<string, string>;
  notNull: string[];
  range: Record<string, [number, number]>;
  unique: string[];
  uniqueAllow: number;
  pattern: Record<string, string>;
  determines: { columns: string[]; column: string };
  references: string[];
  coverage: number;
  rowsMin: number;
}

const [flights = '', airports = ''] = process.argv.slice(2);
const declared = JSON.parse(await readFile(join(import.meta.dirname, 'checks.json'), 'utf8')) as Declared;
const checks = Data.shape.checks.parse([
  { columns: declared.columns },
  { notNull: declared.notNull },
  ...Object.entries(declared.range).map(([column, [min, max]]) => ({ range: { column, min, max } })),
  { unique: declared.unique, allow: declared.uniqueAllow },
  ...Object.entries(declared.pattern).map(([column, regex]) => ({ pattern: { column, regex } })),
  { determines: declared.determines },
  ...declared.references.map((column) => ({
    references: { column, to: 'airports.iata' },
    coverage: declared.coverage,
  })),
  { rows: { min: declared.rowsMin } },
  { fresh: { within: '2d' } },
]) satisfies DataCheck[];
const sources = { flights: { parquet: flights, time: 'date' }, airports: { parquet: airports } };
const folder = await mkdtemp(join(tmpdir(), 'mainspring-bench-'));

try {
  const startedAt = performance.now();
  const cpuBefore = process.cpuUsage();
  const { checks: results, profiles } = await openSqlEngine().session(
    { folder, signal: new AbortController().signal },
    async (session) => {
      await session.run(`CREATE VIEW flights AS SELECT * FROM ${parquet(flights)}`);
      await session.run(`CREATE VIEW airports AS SELECT * FROM ${parquet(airports)}`);
      return checkSources(
        session,
        { checks, sources },
        { asOf: '2001-07-02T00:00:00.000Z', delivered: { flights: 3_000_000, airports: 3_376 } },
      );
    },
  );
  const checkMs = performance.now() - startedAt;
  const { user, system } = process.cpuUsage(cpuBefore);
  const outOfRange = results.find(({ check }) => check === 'range(delay)')?.failing;
  console.log(
    JSON.stringify({
      checkMs,
      cpuMs: (user + system) / 1_000,
      rows: profiles['flights']?.rows,
      outOfRange,
      checks: results.length,
    }),
  );
} finally {
  await rm(folder, { recursive: true, force: true });
}
