import * as Plot from '@observablehq/plot';
import type { PairedDifference } from '../../../../contracts/evaluation.js';
import { improvementSign } from '../../../../contracts/metrics/compare.js';
import { COLOR, svg } from '../svg.js';
import { comparisonOf } from '../words.js';

/**
 * The difference of the models with its interval. For every metric the right side of zero means that the candidate is
 * better.
 */
export function intervalPlot(paired: PairedDifference): string {
  const sign = improvementSign(paired.metric);
  const [low, high] = [sign * paired.low, sign * paired.high].sort((a, b) => a - b) as [number, number];
  const reach = Math.max(Math.abs(low), Math.abs(high)) * 1.15 || 1;
  const color = COLOR[comparisonOf(paired)];
  return svg(
    {
      width: 210,
      height: 34,
      margin: 6,
      x: { domain: [-reach, reach], axis: null },
      y: { axis: null },
      marks: [
        Plot.ruleX([0], { stroke: '#0f172a' }),
        Plot.link([0], {
          x1: low,
          x2: high,
          y1: 0,
          y2: 0,
          stroke: color,
          strokeWidth: 3,
          strokeLinecap: 'round',
        }),
        Plot.dot([0], { x: sign * paired.difference, y: 0, fill: color, r: 5 }),
      ],
    },
    'Difference with its interval; right of the line the candidate is better',
  );
}
