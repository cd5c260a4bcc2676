import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execa } from 'execa';
import { readSource } from '../activities/data/read-source.js';
import { type Source, addressOf } from '../contracts/spec/source.js';
import { openSqlEngine } from '../infra/adapters/duckdb/sql-engine.js';
import type { Bench } from './bench.js';
import { pythonOf } from './validation/environment.js';

/** Output of each script. */
interface Outcome {
  /** Time from opening the files to the verdicts, without imports. */
  checkMs: number;
  /** CPU time of all threads in that time, which depends little on other load of the machine. */
  cpuMs: number;
  rows: number;
  outOfRange: number;
  checks: number;
}
interface Run extends Outcome {
  /** Time of the whole process, including its start and imports. */
  processMs: number;
}

const ROUNDS = 5;
const folder = join(import.meta.dirname, 'validation');
const data = join(import.meta.dirname, '../node_modules/vega-datasets/data');

/** The snapshots that the engine takes of its sources. All contestants read them. */
async function takeSnapshots(folder: string): Promise<string[]> {
  const sources: [string, Source][] = [
    ['flights', { parquet: 'flights-3m.parquet' }],
    ['airports', { csv: 'airports.csv' }],
  ];
  const everything = { from: '2001-01-01T00:00:00.000Z', to: '2002-01-01T00:00:00.000Z' };
  return openSqlEngine().session({ folder, signal: new AbortController().signal }, async (session) => {
    const files: string[] = [];
    for (const [name, source] of sources) {
      const file = join(folder, `${name}.parquet`);
      await readSource(session, name, source, join(data, addressOf(source)), everything, file);
      files.push(file);
    }
    return files;
  });
}

async function runOnce(command: string, args: string[], files: string[]): Promise<Run> {
  const startedAt = performance.now();
  const { stdout } = await execa(command, [...args, ...files], { stderr: 'ignore' });
  const processMs = performance.now() - startedAt;
  return { ...(JSON.parse(stdout.trim().split('\n').at(-1) ?? '') as Outcome), processMs };
}

function median(values: number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? NaN;
}

/**
 * Validation of three million flights: the engine's pass compared with the same checks in pandas and Great
 * Expectations.
 */
export const bench: Bench = {
  name: 'validation',
  summary:
    'checks of 3,000,000 rows, against pandas (at least 4 times as fast) and Great Expectations (at least 20 times)',
  run: async (print) => {
    const python = await pythonOf(join(folder, 'requirements.lock'));
    const scratch = await mkdtemp(join(tmpdir(), 'mainspring-bench-'));
    const runs = { ours: [], pandas: [], greatExpectations: [] } as Record<
      'ours' | 'pandas' | 'greatExpectations',
      Run[]
    >;
    try {
      const files = await takeSnapshots(scratch);
      // In turns, so that other load of the machine affects all of them.
      for (let round = 0; round < ROUNDS; round += 1) {
        runs.ours.push(
          await runOnce(process.execPath, ['--import', 'tsx', join(folder, 'engine.ts')], files),
        );
        runs.pandas.push(await runOnce(python, [join(folder, 'pandas_checks.py')], files));
        runs.greatExpectations.push(await runOnce(python, [join(folder, 'gx_checks.py')], files));
      }
    } finally {
      await rm(scratch, { recursive: true, force: true });
    }

    const found = new Set(
      Object.values(runs).flatMap((all) =>
        all.map(({ rows, outOfRange }) => `${rows} rows, ${outOfRange} out of range`),
      ),
    );
    if (found.size !== 1) throw new Error(`the contestants found different things: ${[...found].join('; ')}`);

    const of = (name: keyof typeof runs, what: 'checkMs' | 'cpuMs' | 'processMs'): number =>
      Math.round(median(runs[name].map((run) => run[what])));
    for (const [theirs, bench, atLeast] of [
      ['pandas', 'validation-pandas', 4],
      ['greatExpectations', 'validation-great-expectations', 20],
    ] as const) {
      const [oursMs, theirsMs] = [of('ours', 'checkMs'), of(theirs, 'checkMs')];
      print({
        bench,
        ratio: Number((theirsMs / oursMs).toFixed(2)),
        atLeast,
        oursMs,
        theirsMs,
        oursCpuMs: of('ours', 'cpuMs'),
        theirsCpuMs: of(theirs, 'cpuMs'),
        oursProcessMs: of('ours', 'processMs'),
        theirsProcessMs: of(theirs, 'processMs'),
        rows: runs.ours[0]?.rows,
        oursChecks: runs.ours[0]?.checks,
        theirsChecks: runs[theirs][0]?.checks,
        rounds: ROUNDS,
      });
    }
  },
};
