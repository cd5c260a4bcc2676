import { type RecordableHistogram, createHistogram } from 'node:perf_hooks';
import type { GatewayReport } from '../../contracts/release.js';

type ArmReport = GatewayReport['arms'][number];

/** Latencies are kept in whole microseconds, up to a minute, to three figures. */
const HIGHEST_MICROS = 60_000_000;

/** What one arm did since it got its version. Counts inferences (rows); latency is that of their requests. */
export class ArmStatistics {
  private requests = 0;
  private errors = 0;
  private compared = 0;
  private sumOfDifferences = 0;
  private readonly latency: RecordableHistogram = createHistogram({
    lowest: 1,
    highest: HIGHEST_MICROS,
    figures: 3,
  });

  answered(rows: number, latencyMs: number): void {
    this.requests += rows;
    this.latency.record(Math.min(HIGHEST_MICROS, Math.max(1, Math.round(latencyMs * 1_000))));
  }

  failed(rows: number): void {
    this.requests += rows;
    this.errors += rows;
  }

  differed(differences: number, rows: number): void {
    this.compared += rows;
    this.sumOfDifferences += differences;
  }

  report(): Omit<ArmReport, 'arm' | 'version'> {
    const any = this.latency.count > 0;
    return {
      requests: this.requests,
      errors: this.errors,
      latencyP50Ms: any ? this.latency.percentile(50) / 1_000 : 0,
      latencyP99Ms: any ? this.latency.percentile(99) / 1_000 : 0,
      compared: this.compared,
      meanAbsoluteDifference: this.compared === 0 ? 0 : this.sumOfDifferences / this.compared,
    };
  }
}
