import * as Plot from '@observablehq/plot';
import type { Scored } from '../../metrics.js';
import { COLOR, svg } from '../svg.js';

const BINS = 40;

interface Bar {
  from: number;
  to: number;
  share: number;
  group: string;
}

const GROUPS = ['label 0', 'label 1'];

function bars({ label, score }: Scored): Bar[] {
  return GROUPS.flatMap((group, wanted) => {
    const counts = new Float64Array(BINS);
    let rows = 0;
    label.forEach((y, row) => {
      if (y !== wanted) return;
      const bin = Math.min(BINS - 1, Math.floor((score[row] ?? 0) * BINS));
      counts[bin] = (counts[bin] ?? 0) + 1;
      rows += 1;
    });
    return Array.from(counts, (n, bin) => ({
      from: bin / BINS,
      to: (bin + 1) / BINS,
      share: n / rows,
      group,
    }));
  });
}

/** Distribution of the scores, by what really happened: bars of the candidate, outline of the champion. */
export function scoreHistogram(candidate: Scored, champion: Scored | null): string {
  const outline = champion
    ? bars(champion).flatMap((bar) => [
        { ...bar, at: bar.from },
        { ...bar, at: bar.to },
      ])
    : [];
  return svg(
    {
      width: 1000,
      height: 260,
      marginLeft: 50,
      marginBottom: 44,
      marginTop: 34,
      x: { domain: [0, 1], label: 'score', tickFormat: '.0%' },
      y: { label: 'share of rows', tickFormat: '.0%', grid: true, ticks: 4, nice: true },
      fx: { domain: GROUPS, label: null },
      marks: [
        Plot.rectY(bars(candidate), {
          x1: 'from',
          x2: 'to',
          y: 'share',
          fx: 'group',
          fill: COLOR.candidate,
          fillOpacity: 0.75,
          insetLeft: 0.5,
          insetRight: 0.5,
        }),
        Plot.line(outline, { x: 'at', y: 'share', fx: 'group', stroke: '#475569', strokeWidth: 1.3 }),
        Plot.ruleY([0]),
      ],
    },
    'Distribution of scores by label',
  );
}
