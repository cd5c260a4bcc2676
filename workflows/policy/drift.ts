import { driftedValuesText } from '../../contracts/drifted-values.js';
import { QUALITY, type WindowResult } from '../../contracts/monitor.js';
import type { Trigger } from '../../contracts/retraining.js';
import type { MonitoringSpec, RetrainingSpec } from '../../contracts/spec/monitoring.js';

/** Number of newest windows that a monitor keeps, for the alarm rule and for people. */
const SHOWN = 12;
export const windowsToKeep = ({ drift }: MonitoringSpec): number => Math.max(SHOWN, drift.consecutive.of);

/**
 * Columns that exceed their threshold in the newest window and in at least k of the last `of` windows, the newest
 * included. The rule counts each column by itself, because three columns that each exceed it once are noise. A
 * window with fewer than `minRows` labelled rows counts as not exceeded, and windows of another version are
 * ignored.
 */
export function alarmed(recent: readonly WindowResult[], monitoring: MonitoringSpec): string[] {
  const newest = recent.at(-1);
  if (!newest) return [];
  const { k, of } = monitoring.drift.consecutive;
  const exceededBy = recent
    .filter((window) => window.version === newest.version)
    .slice(-of)
    .map((window) => (window.labelled < monitoring.minRows ? [] : window.exceeded));
  return (exceededBy.at(-1) ?? []).filter(
    (column) => exceededBy.filter((exceeded) => exceeded.includes(column)).length >= k,
  );
}

/** The triggers of the newest window for the retraining controller. Their ids name the window, so that a repeat changes nothing. */
export function triggersOf(
  recent: readonly WindowResult[],
  { monitoring, retraining }: { monitoring: MonitoringSpec; retraining: RetrainingSpec },
  rowsSinceTrigger: number,
): Trigger[] {
  const newest = recent.at(-1);
  if (!newest) return [];
  const make = (kind: 'drift' | 'quality' | 'newData', detail: string): Trigger => ({
    id: `${kind}/${newest.window.from}`,
    kind,
    at: newest.window.to,
    detail,
    version: newest.version,
  });
  const { k, of } = monitoring.drift.consecutive;
  const columns = alarmed(recent, monitoring);
  const drifted = columns.filter((column) => column !== QUALITY);
  const triggers: Trigger[] = [];
  if (drifted.length > 0) {
    const shown = drifted.map((column) => driftText(column, newest)).join(', ');
    triggers.push(make('drift', `${shown} over threshold in ${k} of the last ${of} windows`));
  }
  if (columns.includes(QUALITY)) {
    const { metric, dropsBy } = monitoring.quality;
    triggers.push(
      make(
        'quality',
        `${metric} ${figure(newest.metrics[metric])} is worse than the reference by more than ${dropsBy} in ${k} of the last ${of} windows`,
      ),
    );
  }
  const enough = retraining.triggers.newData?.rows;
  if (enough !== undefined && rowsSinceTrigger >= enough) {
    triggers.push(
      make('newData', `${rowsSinceTrigger} labelled rows since the last such trigger, ${enough} ask for one`),
    );
  }
  return triggers;
}

/** `score (PSI 0.3630)`, or `origin: new value "XYZ" in 12 % of rows (PSI 0.2100)`. */
function driftText(column: string, { psi, values }: WindowResult): string {
  const changed = driftedValuesText(values?.[column]);
  return `${column}${changed && `: ${changed}`} (PSI ${figure(psi[column])})`;
}

const figure = (value: number | undefined): string => value?.toFixed(4) ?? 'unknown';
