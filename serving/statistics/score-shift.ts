import type { PredictionShift } from '../../contracts/problems/index.js';

/** Two predictions of the same rows, row-major. */
export interface Pair {
  candidate: Float32Array;
  champion: Float32Array;
  rows: number;
}

/**
 * Accumulates the mean distance of the candidate's predictions from the champion's, for the guardrail `scoreShift`. The problem
 * type says how the distance of one row is measured.
 */
export class ScoreShift {
  private rows = 0;
  private sum = 0;
  private mean = 0;
  /** Sum of squared deviations from the mean (Welford 1962), which stays exact for large predictions. */
  private squares = 0;

  constructor(private readonly shift: PredictionShift) {}

  add({ candidate, champion, rows }: Pair): void {
    const width = champion.length / rows;
    for (let row = 0; row < rows; row++) {
      const at = row * width;
      this.rows += 1;
      this.sum += this.shift.distance(candidate, champion, at, width);
      const value = champion[at] ?? 0;
      const before = value - this.mean;
      this.mean += before / this.rows;
      this.squares += before * (value - this.mean);
    }
  }

  get compared(): number {
    return this.rows;
  }

  /** 0 if nothing was compared yet. */
  get value(): number {
    if (this.rows === 0) return 0;
    const mean = this.sum / this.rows;
    return this.shift.inDeviations && mean > 0 ? mean / this.scale() : mean;
  }

  /**
   * Standard deviation of the champion's predictions. For a constant champion it is the absolute prediction, or 1 if
   * that is 0.
   */
  private scale(): number {
    const deviation = Math.sqrt(this.squares / this.rows);
    return deviation > 0 ? deviation : Math.abs(this.mean) || 1;
  }
}
