import * as Plot from '@observablehq/plot';
import type { Scored } from '../../../../contracts/metrics/define-metric.js';
import { COLOR, svg } from '../svg.js';
import { dotsOf } from './dots.js';

/** Errors of the candidate against its predictions. */
export function residualPlot(scored: Scored): string {
  const dots = dotsOf(scored);
  return svg(
    {
      width: 1000,
      height: 300,
      marginLeft: 56,
      marginBottom: 44,
      x: { label: 'predicted', nice: true },
      y: { label: 'error', grid: true, nice: true, ticks: 6 },
      marks: [
        Plot.ruleY([0], { stroke: '#0f172a' }),
        Plot.dot(dots, { x: 'predicted', y: 'error', fill: COLOR.candidate, fillOpacity: 0.4, r: 2.5 }),
      ],
    },
    'Errors against predictions',
  );
}
