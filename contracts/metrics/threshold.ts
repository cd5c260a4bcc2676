import { rangeOf } from './compare.js';
import type { MetricName } from './index.js';

/** A number of the model file that is compared with a metric. */
export interface Threshold {
  metric: MetricName;
  value: number;
  /**
   * `least` and `most` bound the metric itself. `gain` is a difference that must be passed, `loss` one that must not: by how
   * much one model is better or worse than another.
   */
  bounds: 'least' | 'most' | 'gain' | 'loss';
}

/** A number with four digits and no needless zeros. */
const short = (value: number): string => Number(value.toPrecision(4)).toString();

const isBoth = (least: number, most: number): boolean => Number.isFinite(least) && Number.isFinite(most);

/** The range of a metric after its name, e.g. `lies from 0 to 1`. */
function rangeText(metric: MetricName): string {
  const { least, most } = rangeOf(metric);
  if (isBoth(least, most)) return `lies from ${short(least)} to ${short(most)}`;
  return Number.isFinite(least) ? `is never below ${short(least)}` : `is never above ${short(most)}`;
}

/** Why a threshold decides nothing, after "so that"; undefined if some models pass it and others do not. */
function consequence({ metric, value, bounds }: Threshold): string | undefined {
  const { least, most } = rangeOf(metric);
  const span = most - least;
  switch (bounds) {
    case 'least':
      return value > most ? 'no model reaches it' : value < least ? 'every model reaches it' : undefined;
    case 'most':
      return value < least ? 'no model keeps it' : value > most ? 'every model keeps it' : undefined;
    case 'gain':
    case 'loss':
      return Math.abs(value) >= span ? 'no two models differ by more' : undefined;
  }
}

function remedyOf({ metric, value, bounds }: Threshold): string {
  const { least, most } = rangeOf(metric);
  if (least === 0 && most === 1 && value >= 2 && value <= 100)
    return `${value} % is ${Number((value / 100).toPrecision(12))}.`;
  if (bounds === 'gain')
    return `Choose a difference between ${short(least - most)} and ${short(most - least)}.`;
  if (bounds === 'loss') return `Choose a difference below ${short(most - least)}.`;
  if (isBoth(least, most)) return `Choose a value from ${short(least)} to ${short(most)}.`;
  return Number.isFinite(least) ? `Choose at least ${short(least)}.` : `Choose at most ${short(most)}.`;
}

/** The fault of a threshold outside of what its metric can be; undefined if it has none. */
export function thresholdFault(threshold: Threshold): { message: string; remedy: string } | undefined {
  const found = consequence(threshold);
  if (found === undefined) return undefined;
  const { metric, value } = threshold;
  return {
    message: `${value}: ${metric} ${rangeText(metric)}, so that ${found}`,
    remedy: remedyOf(threshold),
  };
}
