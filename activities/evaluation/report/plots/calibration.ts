import * as Plot from '@observablehq/plot';
import { type Calibration, calibrationOf } from '../../../../contracts/metrics/arithmetic/calibration.js';
import type { Scored } from '../../../../contracts/metrics/define-metric.js';
import { promisedBy } from '../promised.js';
import { COLOR, svg } from '../svg.js';

/**
 * A bin is drawn if it has this many rows. In a small table a smaller share suffices, but at least 5 rows. The
 * observed share of a smaller bin is mostly chance.
 */
const MIN_ROWS = 50;
const MIN_SHARE = 0.02;

interface Point {
  promised: number;
  observed: number;
  rows: number;
}

function points({ rows, scores, positives }: Calibration): Point[] {
  const total = rows.reduce((sum, n) => sum + n, 0);
  const least = Math.min(MIN_ROWS, Math.max(5, MIN_SHARE * total));
  return Array.from(rows, (n, bin) => ({
    promised: (scores[bin] ?? 0) / n,
    observed: (positives[bin] ?? 0) / n,
    rows: n,
  })).filter((point) => point.rows >= least);
}

/**
 * Reliability diagram: predicted probability against observed share. Points of a calibrated model lie on the
 * diagonal.
 */
export function calibrationPlot(
  candidate: Scored,
  champion: Scored | null,
  observed = 'observed share',
): string {
  const own = points(calibrationOf(promisedBy(candidate)));
  const other = champion ? points(calibrationOf(promisedBy(champion))) : [];
  const of = { x: 'promised', y: 'observed' } as const;
  return svg(
    {
      width: 470,
      height: 360,
      marginLeft: 50,
      marginBottom: 44,
      x: { domain: [0, 1], label: 'promised probability', tickFormat: '.0%', grid: true },
      y: { domain: [0, 1], label: observed, tickFormat: '.0%', grid: true },
      marks: [
        Plot.line(
          [
            [0, 0],
            [1, 1],
          ],
          { stroke: '#64748b', strokeDasharray: '4 4' },
        ),
        Plot.line(other, { ...of, stroke: COLOR.champion, strokeWidth: 2 }),
        Plot.dot(other, { ...of, fill: COLOR.champion, r: 3 }),
        Plot.line(own, { ...of, stroke: COLOR.candidate, strokeWidth: 2 }),
        Plot.dot(own, { ...of, fill: COLOR.candidate, r: 3.5 }),
        Plot.text([[0.97, 0.9]], {
          text: ['perfect'],
          fill: '#64748b',
          textAnchor: 'end',
          rotate: -38,
          dy: -10,
        }),
      ],
    },
    'Promised probability against observed share',
  );
}
