import type { FeatureBatch } from '../../contracts/feature-batch.js';
import type { Score } from '../sessions/micro-batch.js';
import type { ArmStatistics } from './arm-statistics.js';

/** Most rows that wait for the champion's score. Further requests are answered without a comparison. */
const MAX_WAITING_ROWS = 2_000;

/** Lets the champion score the rows that the candidate answered, after the answer was sent. */
export interface PairedComparison {
  compare(pair: {
    /** The rows in the layout of the champion. */
    batch: FeatureBatch;
    /** Predictions of the candidate. */
    candidate: Float32Array;
    champion: Score;
    statistics: ArmStatistics;
  }): void;
  /** Resolves when all waiting rows are compared. */
  idle(): Promise<void>;
}

export function pairedComparison(): PairedComparison {
  const running = new Set<Promise<void>>();
  let waiting = 0;
  return {
    compare: ({ batch, candidate, champion, statistics }) => {
      const { rows } = batch;
      if (waiting + rows > MAX_WAITING_ROWS) return;
      waiting += rows;
      const comparison = champion(batch)
        .then((others) => statistics.differed({ candidate, champion: others, rows }))
        // The champion's failures are counted where it answers clients, not here.
        .catch(() => undefined)
        .finally(() => {
          waiting -= rows;
          running.delete(comparison);
        });
      running.add(comparison);
    },
    idle: async () => {
      await Promise.all(running);
    },
  };
}
