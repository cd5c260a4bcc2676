import type { Progress } from './training.js';

/** Every progress line of an attempt, thinned: what a curve of its training is drawn from. */
export interface JobSeries {
  jobKey: string;
  /** Lines that the trainer wrote so far. */
  lines: number;
  /** Every `stride`-th of them, the first and the newest included; oldest first. */
  stride: number;
  points: Progress[];
}

/** More points than a screen or a plot has columns. */
export const SERIES_POINTS = 500;

export const seriesKey = (jobKey: string): string => `series/${jobKey}.json`;

export const emptySeries = (jobKey: string): JobSeries => ({ jobKey, lines: 0, stride: 1, points: [] });

/**
 * A series with one more line. When it is full every second point goes, so that it stays bounded and evenly spread
 * however long the training is; the newest line is always its last point.
 */
export function extended(series: JobSeries, line: Progress, limit = SERIES_POINTS): JobSeries {
  const { jobKey, lines } = series;
  let { stride } = series;
  // The newest point stays only if its turn is on the grid.
  const isOffGrid = lines > 0 && (lines - 1) % stride !== 0;
  let points = [...(isOffGrid ? series.points.slice(0, -1) : series.points), line];
  if (points.length > limit) {
    stride *= 2;
    points = points.filter((_, index) => index % 2 === 0 || index === points.length - 1);
  }
  return { jobKey, lines: lines + 1, stride, points };
}
