import * as Plot from '@observablehq/plot';
import { metricLabel } from '../../../../contracts/figures.js';
import { badness } from '../../../../contracts/metrics/compare.js';
import type { MetricName } from '../../../../contracts/metrics/index.js';
import { type UnitStatistics, unitMetric } from '../../unit-statistics.js';
import { COLOR, svg } from '../svg.js';

export interface UnitPlotInput {
  metric: MetricName;
  /** Names of the units in order of time. Units that were merged into blocks have no names. */
  names: readonly string[];
  candidate: UnitStatistics;
  champion: UnitStatistics | null;
}

/** With more bars than this the names are left out. */
const MAX_NAMES = 40;

/**
 * One bar for each unit: how much better (up, green) or worse (down, red) the candidate was. Without a champion the
 * bar is the candidate's metric.
 */
export function unitPlot({ metric, names, candidate, champion }: UnitPlotInput): string {
  const named = names.length === candidate.units && names.length <= MAX_NAMES;
  const bars = Array.from({ length: candidate.units }, (_, of) => {
    const own = unitMetric(metric, candidate, of);
    const bad = (value: number) => badness(metric, value, candidate.problem);
    const gain = champion ? bad(unitMetric(metric, champion, of)) - bad(own) : own;
    const fill = champion ? (gain >= 0 ? COLOR.better : COLOR.worse) : COLOR.candidate;
    return { unit: named ? (names[of] ?? '') : String(of + 1), gain, fill };
  }).filter((bar) => Number.isFinite(bar.gain));
  const turned = named && bars.length > 10;
  return svg(
    {
      width: 1000,
      height: turned ? 260 : 226,
      marginLeft: 66,
      marginBottom: turned ? 70 : 36,
      x: {
        domain: bars.map((bar) => bar.unit),
        label: null,
        ...(named ? { tickRotate: turned ? -40 : 0 } : { ticks: [] }),
      },
      y: {
        label: champion ? `improvement in ${metricLabel(metric)}` : metricLabel(metric),
        grid: true,
        ticks: 5,
        nice: true,
      },
      marks: [
        Plot.barY(bars, { x: 'unit', y: 'gain', fill: 'fill', rx: 2 }),
        Plot.ruleY([0], { stroke: '#0f172a' }),
      ],
    },
    `${metricLabel(metric)} by unit`,
  );
}
