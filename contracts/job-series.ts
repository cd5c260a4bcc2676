import type { Progress } from './training.js';

/** The progress lines of an attempt, thinned out. The curve of its training is drawn from them. */
export interface JobSeries {
  jobKey: string;
  /** Number of lines that the trainer has written so far. */
  lines: number;
  /** Every `stride`-th line, including the first and the newest; oldest first. */
  stride: number;
  points: Progress[];
}

/** More points than a plot has columns. */
export const SERIES_POINTS = 500;

export const seriesKey = (jobKey: string): string => `series/${jobKey}.json`;

export const emptySeries = (jobKey: string): JobSeries => ({ jobKey, lines: 0, stride: 1, points: [] });

/**
 * A series with one more line. If the series is full, every second point is removed, so that it stays bounded and
 * evenly spread. The newest line is always its last point.
 */
export function extended(series: JobSeries, line: Progress, limit = SERIES_POINTS): JobSeries {
  const { jobKey, lines } = series;
  let { stride } = series;
  // The newest point is kept only if it lies on the grid.
  const isOffGrid = lines > 0 && (lines - 1) % stride !== 0;
  let points = [...(isOffGrid ? series.points.slice(0, -1) : series.points), line];
  if (points.length > limit) {
    stride *= 2;
    points = points.filter((_, index) => index % 2 === 0 || index === points.length - 1);
  }
  return { jobKey, lines: lines + 1, stride, points };
}
