import * as Plot from '@observablehq/plot';
import { type Calibration, type Scored, calibration } from '../../metrics.js';
import { COLOR, svg } from '../svg.js';

/** Bins with fewer rows than this jump about and say nothing. */
const MIN_ROWS = 50;

interface Point {
  promised: number;
  observed: number;
  rows: number;
}

const points = ({ rows, scores, positives }: Calibration): Point[] =>
  Array.from(rows, (n, bin) => ({
    promised: (scores[bin] ?? 0) / n,
    observed: (positives[bin] ?? 0) / n,
    rows: n,
  })).filter((point) => point.rows >= MIN_ROWS);

/** Reliability diagram: promised probability against observed share, on the diagonal when both agree. */
export function calibrationPlot(candidate: Scored, champion: Scored | null): string {
  const own = points(calibration(candidate));
  const other = champion ? points(calibration(champion)) : [];
  const of = { x: 'promised', y: 'observed' } as const;
  return svg(
    {
      width: 470,
      height: 360,
      marginLeft: 50,
      marginBottom: 44,
      x: { domain: [0, 1], label: 'promised probability', tickFormat: '.0%', grid: true },
      y: { domain: [0, 1], label: 'observed share', tickFormat: '.0%', grid: true },
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
