import * as Plot from '@observablehq/plot';
import type { Scored } from '../../../../contracts/metrics/define-metric.js';
import { sortedQuantile } from '../quantile.js';
import { COLOR, svg } from '../svg.js';

export interface ResidualsByUnit {
  own: Scored;
  other: Scored | null;
  /** Names of the units in order of time, and the unit of each row. */
  units: { values: readonly string[]; code: Int32Array };
}

interface UnitErrors {
  at: number;
  low: number;
  median: number;
  high: number;
}

function errorsByUnit({ label, prediction, width }: Scored, units: ResidualsByUnit['units']): UnitErrors[] {
  const errors = units.values.map((): number[] => []);
  for (let row = 0; row < label.length; row += 1)
    errors[units.code[row] ?? 0]?.push((label[row] ?? NaN) - (prediction[row * width] ?? NaN));
  return errors.flatMap((values, at) => {
    if (values.length === 0) return [];
    const sorted = Float64Array.from(values).sort();
    const [low, median, high] = [0.1, 0.5, 0.9].map((share) => sortedQuantile(sorted, share));
    return [{ at, low: low ?? NaN, median: median ?? NaN, high: high ?? NaN }];
  });
}

/** Most unit names below the axis; they are spread evenly. */
const MAX_NAMES = 12;

/**
 * Errors over time: the median error of each unit for both models, with a band for the middle 80 % of the candidate's
 * errors.
 */
export function residualsByUnit({ own, other, units }: ResidualsByUnit): string {
  const candidate = errorsByUnit(own, units);
  const champion = other ? errorsByUnit(other, units) : [];
  const every = Math.ceil(units.values.length / MAX_NAMES);
  const ticks = units.values.map((_, at) => at).filter((at) => at % every === 0);
  return svg(
    {
      width: 1000,
      height: 280,
      marginLeft: 56,
      marginBottom: 40,
      x: { label: null, ticks, tickFormat: (at: number) => units.values[at] ?? '' },
      y: { label: 'error', grid: true, nice: true, ticks: 6 },
      marks: [
        Plot.areaY(candidate, { x: 'at', y1: 'low', y2: 'high', fill: COLOR.candidate, fillOpacity: 0.15 }),
        Plot.ruleY([0], { stroke: '#0f172a' }),
        Plot.line(champion, { x: 'at', y: 'median', stroke: COLOR.champion, strokeWidth: 2 }),
        Plot.line(candidate, { x: 'at', y: 'median', stroke: COLOR.candidate, strokeWidth: 2 }),
      ],
    },
    'Errors by unit, in order of time',
  );
}
