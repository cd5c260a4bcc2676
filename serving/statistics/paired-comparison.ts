import type { Score } from '../sessions/micro-batch.js';
import type { ArmStatistics } from './arm-statistics.js';

/** Rows that may wait for their second score; beyond, requests are answered without a comparison. */
const MAX_WAITING_ROWS = 2_000;

/** Scores what the candidate answered by the champion too, off the answer's path. */
export interface PairedComparison {
  compare(pair: {
    features: Float32Array;
    rows: number;
    scores: Float32Array;
    champion: Score;
    statistics: ArmStatistics;
  }): void;
  /** All that was taken is compared. */
  idle(): Promise<void>;
}

export function pairedComparison(): PairedComparison {
  const running = new Set<Promise<void>>();
  let waiting = 0;
  return {
    compare: ({ features, rows, scores, champion, statistics }) => {
      if (waiting + rows > MAX_WAITING_ROWS) return;
      waiting += rows;
      const comparison = champion(features, rows)
        .then((others) => {
          let sum = 0;
          for (let row = 0; row < rows; row++) sum += Math.abs((scores[row] ?? 0) - (others[row] ?? 0));
          statistics.differed(sum, rows);
        })
        // The champion's own failures count where it answers clients.
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
