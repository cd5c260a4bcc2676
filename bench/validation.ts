import { join } from 'node:path';
import { execa } from 'execa';
import type { Bench } from './bench.js';
import { pythonOf } from './validation/environment.js';

/** What each script prints. */
interface Outcome {
  /** From opening the files to the verdicts; imports are not counted for anybody. */
  checkMs: number;
  /** Of all threads in that time: hardly depends on what else the machine does. */
  cpuMs: number;
  rows: number;
  outOfRange: number;
  checks: number;
}
interface Run extends Outcome {
  /** The whole process, start and imports included. */
  processMs: number;
}

const ROUNDS = 5;
const folder = join(import.meta.dirname, 'validation');
const data = join(import.meta.dirname, '../node_modules/vega-datasets/data');
const files = [join(data, 'flights-3m.parquet'), join(data, 'airports.csv')];

async function runOnce(command: string, args: string[]): Promise<Run> {
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
 * Validation of three million flights: the engine's pass against the same checks in pandas and Great Expectations. On busy
 * cores both marks were missed; `oursCpuMs` and `theirsCpuMs` tell how far, whatever else the machine does.
 */
export const bench: Bench = {
  name: 'validation',
  summary:
    'checks of 3,000,000 rows, against pandas (at least 4 times as fast) and Great Expectations (at least 20 times)',
  run: async (print) => {
    const python = await pythonOf(join(folder, 'requirements.lock'));
    const contestants = {
      ours: () => runOnce(process.execPath, ['--import', 'tsx', join(folder, 'engine.ts')]),
      pandas: () => runOnce(python, [join(folder, 'pandas_checks.py')]),
      greatExpectations: () => runOnce(python, [join(folder, 'gx_checks.py')]),
    };
    const runs: Record<keyof typeof contestants, Run[]> = { ours: [], pandas: [], greatExpectations: [] };
    // In turns, so that what else the machine does falls on all of them.
    for (let round = 0; round < ROUNDS; round += 1)
      for (const [name, once] of Object.entries(contestants))
        runs[name as keyof typeof contestants].push(await once());

    const found = new Set(
      Object.values(runs).flatMap((all) =>
        all.map(({ rows, outOfRange }) => `${rows} rows, ${outOfRange} out of range`),
      ),
    );
    if (found.size !== 1) throw new Error(`the contestants found different things: ${[...found].join('; ')}`);

    const of = (name: keyof typeof contestants, what: 'checkMs' | 'cpuMs' | 'processMs'): number =>
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
