import * as Plot from '@observablehq/plot';
import type { Scored } from '../../../../contracts/metrics/define-metric.js';
import { COLOR, svg } from '../svg.js';
import { dotsOf } from './dots.js';

/** Label against prediction. Perfect predictions lie on the diagonal. */
export function predictedPlot(scored: Scored): string {
  const dots = dotsOf(scored);
  const values = dots.flatMap(({ truth, predicted }) => [truth, predicted]);
  const domain = [Math.min(...values), Math.max(...values)];
  const [low, high] = domain as [number, number];
  return svg(
    {
      width: 470,
      height: 400,
      marginLeft: 50,
      marginBottom: 44,
      x: { domain, label: 'predicted', grid: true, nice: true },
      y: { domain, label: 'true', grid: true, nice: true },
      marks: [
        Plot.dot(dots, { x: 'predicted', y: 'truth', fill: COLOR.candidate, fillOpacity: 0.35, r: 2.5 }),
        Plot.line(
          [
            [low, low],
            [high, high],
          ],
          { stroke: '#0f172a', strokeDasharray: '4 4' },
        ),
      ],
    },
    'True value against predicted value',
  );
}
