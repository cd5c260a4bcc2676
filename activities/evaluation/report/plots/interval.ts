import * as Plot from '@observablehq/plot';
import type { PairedDifference } from '../../../../contracts/evaluation.js';
import { metricDirection } from '../../../../contracts/spec/metrics.js';
import { COLOR, svg } from '../svg.js';
import { finding } from '../words.js';

/** A difference with its interval on a line; right of zero the candidate is better, whatever the metric's direction. */
export function intervalPlot(paired: PairedDifference): string {
  const sign = metricDirection[paired.metric] === 'higher' ? 1 : -1;
  const [low, high] = [sign * paired.low, sign * paired.high].sort((a, b) => a - b) as [number, number];
  const reach = Math.max(Math.abs(low), Math.abs(high)) * 1.15 || 1;
  const color = COLOR[finding(paired)];
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
