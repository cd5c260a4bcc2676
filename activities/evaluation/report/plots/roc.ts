import * as Plot from '@observablehq/plot';
import { ascending } from '../../../../contracts/metrics/arithmetic/order.js';
import type { Scored } from '../../../../contracts/metrics/define-metric.js';
import { COLOR, svg } from '../svg.js';

/** Number of points that are drawn; the exact curve would have one for each row. */
const STEPS = 200;

/** Points of the curve as [false positive rate, true positive rate], from the highest threshold to the lowest. */
function curve({ label, prediction: score }: Scored): [number, number][] {
  const order = ascending(score);
  const positives = Array.from(label).reduce((sum, y) => sum + y, 0);
  const negatives = label.length - positives;
  const points: [number, number][] = [[0, 0]];
  let [caught, alarms] = [0, 0];
  const every = Math.max(1, Math.floor(order.length / STEPS));
  for (let rank = order.length - 1; rank >= 0; rank -= 1) {
    const row = order[rank] ?? 0;
    if (label[row] === 1) caught += 1;
    else alarms += 1;
    const tied = rank > 0 && score[order[rank - 1] ?? 0] === score[row];
    if (!tied && (rank % every === 0 || rank === 0)) points.push([alarms / negatives, caught / positives]);
  }
  return [...points, [1, 1]];
}

/** Receiver operating characteristic: true positive rate against false positive rate. */
export function rocPlot(candidate: Scored, champion: Scored | null): string {
  return svg(
    {
      width: 470,
      height: 360,
      marginLeft: 50,
      marginBottom: 44,
      x: { domain: [0, 1], label: 'false alarms among negatives', tickFormat: '.0%', grid: true },
      y: { domain: [0, 1], label: 'caught among positives', tickFormat: '.0%', grid: true },
      marks: [
        Plot.line(
          [
            [0, 0],
            [1, 1],
          ],
          { stroke: '#64748b', strokeDasharray: '4 4' },
        ),
        Plot.text([[0.97, 0.9]], {
          text: ['guessing'],
          fill: '#64748b',
          textAnchor: 'end',
          rotate: -38,
          dy: -10,
        }),
        ...(champion ? [Plot.line(curve(champion), { stroke: COLOR.champion, strokeWidth: 2 })] : []),
        Plot.line(curve(candidate), { stroke: COLOR.candidate, strokeWidth: 2 }),
      ],
    },
    'Share of positives caught against share of false alarms',
  );
}
