import type { WindowResult } from '../../contracts/monitor.js';
import type { Trigger } from '../../contracts/retraining.js';
import type { MonitoringSpec, RetrainingSpec } from '../../contracts/spec/monitoring.js';

/** What `closeWindow` puts into `exceeded` when the metric dropped; every other entry is a column, or `score`. */
export const QUALITY = 'quality';

/** Newest windows that a monitor carries along: for the rule, and for people to look at. */
const SHOWN = 12;
export const windowsToKeep = ({ drift }: MonitoringSpec): number => Math.max(SHOWN, drift.consecutive.of);

/**
 * Columns that exceed their threshold in the newest window and in k of the last `of`, this one included. One column must
 * do so by itself: three columns that each stray once are noise. A window with fewer than `minRows` labelled rows
 * exceeds nothing, and windows of another version say nothing about this one.
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

/** What the newest window has to say to the retraining controller; ids are the window's, so that a repeat is no second trigger. */
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
  });
  const { k, of } = monitoring.drift.consecutive;
  const columns = alarmed(recent, monitoring);
  const drifted = columns.filter((column) => column !== QUALITY);
  const triggers: Trigger[] = [];
  if (drifted.length > 0) {
    const shown = drifted.map((column) => `${column} (PSI ${figure(newest.psi[column])})`).join(', ');
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

const figure = (value: number | undefined): string => value?.toFixed(4) ?? 'unknown';
