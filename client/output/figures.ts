import type { Metrics } from '../../contracts/evaluation.js';

/** Four decimals: a promotion is decided in the third. */
export const figure = (value: number | null | undefined): string =>
  value === null || value === undefined ? '–' : value.toFixed(4);

export const showMetrics = (metrics: Metrics): string =>
  Object.entries(metrics)
    .map(([name, value]) => `${name} ${figure(value)}`)
    .join('  ');

const MINUTE_S = 60;
const HOUR_S = 3_600;

/** Seconds as people say them: `4.2 s`, `3 min 05 s`, `2 h 10 min`. */
export function span(seconds: number): string {
  if (seconds < MINUTE_S) return `${seconds.toFixed(1)} s`;
  const whole = Math.round(seconds);
  if (whole < HOUR_S)
    return `${Math.floor(whole / MINUTE_S)} min ${String(whole % MINUTE_S).padStart(2, '0')} s`;
  return `${Math.floor(whole / HOUR_S)} h ${String(Math.floor((whole % HOUR_S) / MINUTE_S)).padStart(2, '0')} min`;
}

/** `2001-02-01`, with the time of day where it is not midnight. */
export const day = (instant: string): string =>
  instant.endsWith('T00:00:00.000Z') ? instant.slice(0, 10) : `${instant.slice(0, 16).replace('T', ' ')}Z`;
