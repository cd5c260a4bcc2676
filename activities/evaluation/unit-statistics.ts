import { metricNamed } from '../../contracts/metrics/compare.js';
import type { Scored, UnitState } from '../../contracts/metrics/define-metric.js';
import type { MetricName } from '../../contracts/metrics/index.js';
import type { Problem } from '../../contracts/problems/index.js';

/** The sums of each metric for each unit. A resample of units then costs sums over units instead of sums over rows. */
export interface UnitStatistics {
  problem: Problem;
  units: number;
  states: ReadonlyMap<MetricName, UnitState>;
}

/** @param unit index of each row's unit, from 0 to units − 1 */
export const unitStatistics = (
  names: readonly MetricName[],
  rows: Scored,
  unit: ArrayLike<number>,
  units: number,
): UnitStatistics => ({
  problem: rows.problem,
  units,
  states: new Map(names.map((name) => [name, metricNamed(name).accumulate(rows, unit, units)])),
});

/**
 * The metric over rows in which unit u occurs `weights[u]` times. NaN if it is undefined, such as ROC AUC of a single
 * class.
 */
export const weightedMetric = (
  name: MetricName,
  { states }: UnitStatistics,
  weights: ArrayLike<number>,
): number => states.get(name)?.at(weights) ?? NaN;

/** A metric of one unit alone. */
export function unitMetric(name: MetricName, stats: UnitStatistics, of: number): number {
  const only = new Float64Array(stats.units);
  only[of] = 1;
  return weightedMetric(name, stats, only);
}
