import { z } from 'zod';
import type { Progress } from './training.js';

const FULL = '█';
const EMPTY = '░';

/** A share (0–1) as a bar of `width` characters. */
export function bar(share: number, width = 20): string {
  const full = Math.round(Math.min(1, Math.max(0, share)) * width);
  return FULL.repeat(full) + EMPTY.repeat(width - full);
}

const STEPS = '▁▂▃▄▅▆▇█';

/** A curve in one line of text. A longer curve is cut into `width` pieces, each shown by its last value. */
export function sparkline(values: number[], width = 24): string {
  const size = Math.max(1, values.length / width);
  const shown = Array.from(
    { length: Math.min(width, values.length) },
    (_, column) => values[Math.ceil((column + 1) * size) - 1] ?? values.at(-1) ?? 0,
  );
  const low = Math.min(...shown);
  const span = Math.max(...shown) - low;
  return shown
    .map((value) => STEPS[span === 0 ? 0 : Math.round(((value - low) / span) * (STEPS.length - 1))])
    .join('');
}

/** The progress of a job, computed from its reports. */
export const ProgressFigures = z.object({
  step: z.number(),
  total: z.number().nullable(),
  /** 0–1; null when the trainer does not report how many steps there are. */
  share: z.number().nullable(),
  /** At the rate since the first report; null before there is a rate. */
  remainingSeconds: z.number().nullable(),
  metrics: z.record(z.string(), z.number()),
  /** The metric that the curve shows: a loss if the trainer reports one. */
  metric: z.string().nullable(),
  curve: z.array(z.number()),
});
export type ProgressFigures = z.infer<typeof ProgressFigures>;

const metricOf = (metrics: Record<string, number>): string | null => {
  const names = Object.keys(metrics);
  return names.find((name) => /loss/i.test(name)) ?? names[0] ?? null;
};

/** @param points points of one attempt, oldest first; the next attempt resumes, which would distort the rate */
export function progressFigures(points: Progress[]): ProgressFigures | null {
  const [first] = points;
  const last = points.at(-1);
  if (!first || !last) return null;
  const { step, total, metrics } = last;
  const share = total !== null && total > 0 ? step / total : null;
  const steps = step - first.step;
  const seconds = (Date.parse(last.at) - Date.parse(first.at)) / 1_000;
  const isKnown = total !== null && steps > 0 && seconds > 0;
  const metric = metricOf(metrics);
  return {
    step,
    total,
    share,
    remainingSeconds: isKnown ? (Math.max(0, total - step) * seconds) / steps : null,
    metrics,
    metric,
    curve:
      metric === null
        ? []
        : points.map((point) => point.metrics[metric]).filter((value) => value !== undefined),
  };
}

const MINUTE_S = 60;
const HOUR_S = 3_600;
const DAY_S = 86_400;

/** Remaining time for people: `40 s`, `12 min`, `3 h 20 min`, `2 d 5 h`. */
export function toGo(seconds: number): string {
  if (seconds < 90) return `${Math.max(1, Math.round(seconds))} s`;
  if (seconds < HOUR_S) return `${Math.round(seconds / MINUTE_S)} min`;
  if (seconds < DAY_S)
    return `${Math.floor(seconds / HOUR_S)} h ${Math.floor((seconds % HOUR_S) / MINUTE_S)} min`;
  return `${Math.floor(seconds / DAY_S)} d ${Math.floor((seconds % DAY_S) / HOUR_S)} h`;
}

/** A metric with the digits that people compare. */
export const rounded = (value: number): string => String(Number(value.toPrecision(4)));

const MOST_METRICS = 3;

/** One line: bar, share, step, metrics, curve, remaining time. */
export function progressLine(figures: ProgressFigures, width = 20): string {
  const { step, total, share, remainingSeconds, metrics, metric, curve } = figures;
  const names = Object.keys(metrics).filter((name) => name !== metric);
  const shown = [...(metric === null ? [] : [metric]), ...names].slice(0, MOST_METRICS);
  return [
    share === null ? '' : `${bar(share, width)} ${Math.floor(100 * Math.min(1, share))} %`,
    `step ${step}${total === null ? '' : ` of ${total}`}`,
    ...shown.map((name) => `${name} ${rounded(metrics[name] ?? 0)}`),
    curve.length > 2 ? sparkline(curve, width) : '',
    remainingSeconds === null || share === 1 ? '' : `${toGo(remainingSeconds)} to go`,
  ]
    .filter((part) => part !== '')
    .join('  ');
}
