import { type RecordableHistogram, createHistogram } from 'node:perf_hooks';
import { type Problem, problemTypes } from '../../contracts/problems/index.js';
import type { GatewayReport } from '../../contracts/release.js';
import { type Pair, ScoreShift } from './score-shift.js';

type ArmReport = GatewayReport['arms'][number];

/** Highest latency that is measured: one minute, in whole microseconds. Latencies have three significant digits. */
const HIGHEST_MICROS = 60_000_000;

/** Statistics of one arm since it got its version. Counts are of rows, latencies of requests. */
export class ArmStatistics {
  private requests = 0;
  private errors = 0;
  private readonly shift: ScoreShift;
  private readonly latency: RecordableHistogram = createHistogram({
    lowest: 1,
    highest: HIGHEST_MICROS,
    figures: 3,
  });

  constructor(problem: Problem['type']) {
    this.shift = new ScoreShift(problemTypes[problem].shift);
  }

  answered(rows: number, latencyMs: number): void {
    this.requests += rows;
    this.latency.record(Math.min(HIGHEST_MICROS, Math.max(1, Math.round(latencyMs * 1_000))));
  }

  failed(rows: number): void {
    this.requests += rows;
    this.errors += rows;
  }

  differed(pair: Pair): void {
    this.shift.add(pair);
  }

  report(): Omit<ArmReport, 'arm' | 'version'> {
    const any = this.latency.count > 0;
    return {
      requests: this.requests,
      errors: this.errors,
      latencyP50Ms: any ? this.latency.percentile(50) / 1_000 : 0,
      latencyP99Ms: any ? this.latency.percentile(99) / 1_000 : 0,
      compared: this.shift.compared,
      meanAbsoluteDifference: this.shift.value,
    };
  }
}
