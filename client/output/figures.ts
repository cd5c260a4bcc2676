import type { Metrics } from '../../contracts/evaluation.js';

/** Four decimals, because promotions are decided by differences in the third. */
export const figure = (value: number | null | undefined): string =>
  value === null || value === undefined ? '–' : value.toFixed(4);

export const showMetrics = (metrics: Metrics): string =>
  Object.entries(metrics)
    .map(([name, value]) => `${name} ${figure(value)}`)
    .join('  ');

const UNITS = ['B', 'KiB', 'MiB', 'GiB', 'TiB'] as const;

/** A number of bytes for people: `2.6 GiB`. */
export function size(bytes: number): string {
  const power = Math.min(Math.floor(Math.log2(Math.max(bytes, 1)) / 10), UNITS.length - 1);
  const value = bytes / 2 ** (10 * power);
  return `${power === 0 ? value : value.toFixed(1)} ${UNITS[power] ?? ''}`;
}

const MINUTE_S = 60;
const HOUR_S = 3_600;

/** A duration for people: `4.2 s`, `3 min 05 s`, `2 h 10 min`. */
export function span(seconds: number): string {
  if (seconds < MINUTE_S) return `${seconds.toFixed(1)} s`;
  const whole = Math.round(seconds);
  if (whole < HOUR_S)
    return `${Math.floor(whole / MINUTE_S)} min ${String(whole % MINUTE_S).padStart(2, '0')} s`;
  return `${Math.floor(whole / HOUR_S)} h ${String(Math.floor((whole % HOUR_S) / MINUTE_S)).padStart(2, '0')} min`;
}

/** A date, with the time of day if it is not midnight: `2001-02-01`. */
export const day = (instant: string): string =>
  instant.endsWith('T00:00:00.000Z') ? instant.slice(0, 10) : `${instant.slice(0, 16).replace('T', ' ')}Z`;
