import * as Plot from '@observablehq/plot';
import type { Scored } from '../../../../contracts/metrics/define-metric.js';
import { promisedBy } from '../promised.js';
import { COLOR, svg } from '../svg.js';

const BINS = 40;

interface Bar {
  from: number;
  to: number;
  share: number;
  group: string;
}

/** Names of the two groups of rows: those in which the predicted event did not happen, and those in which it did. */
type Groups = readonly [notHappened: string, happened: string];

function bars(scored: Scored, groups: Groups): Bar[] {
  const promised = promisedBy(scored);
  return groups.flatMap((group, wanted) => {
    const counts = new Float64Array(BINS);
    let rows = 0;
    for (let row = 0; row < promised.rows; row += 1) {
      if (promised.happened(row) !== (wanted === 1)) continue;
      const bin = Math.min(BINS - 1, Math.floor(promised.score(row) * BINS));
      counts[bin] = (counts[bin] ?? 0) + 1;
      rows += 1;
    }
    return Array.from(counts, (n, bin) => ({
      from: bin / BINS,
      to: (bin + 1) / BINS,
      share: rows === 0 ? 0 : n / rows,
      group,
    }));
  });
}

/** Histogram of the scores, split by the label. Bars show the candidate, the outline shows the champion. */
export function scoreHistogram(
  candidate: Scored,
  champion: Scored | null,
  groups: Groups = ['label 0', 'label 1'],
): string {
  const outline = champion
    ? bars(champion, groups).flatMap((bar) => [
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
      fx: { domain: groups, label: null },
      marks: [
        Plot.rectY(bars(candidate, groups), {
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
    'Distribution of scores, by label',
  );
}
