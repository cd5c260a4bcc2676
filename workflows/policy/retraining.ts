import type { RetrainingInput, Trigger, TriggerKind, TriggerRecord } from '../../contracts/retraining.js';
import { durationMs } from '../../contracts/primitives/duration.js';

/**
 * Number of newest ids kept for deduplication, and of newest records kept for query `log`. The database has all of
 * them.
 */
export const MAX_SEEN = 500;
export const MAX_LOG = 50;

/** State of the controller; `RetrainingInput` is its wire form. */
export type ControllerState = RetrainingInput;

export type TriggerOutcome =
  | { verdict: 'duplicate' }
  | { verdict: 'refused'; at: string; reason: string; blockedBy?: string }
  | { verdict: 'fired'; at: string; reason: string; run: string };

/** Triggers sent by the monitor, whose times are of the monitoring clock. */
const FROM_MONITOR: readonly TriggerKind[] = ['drift', 'quality', 'newData'];

const later = (a: string, b: string): string => (Date.parse(a) >= Date.parse(b) ? a : b);

/** Decides if a trigger starts a lifecycle. The first rule that refuses it gives the reason. */
export function decide(state: ControllerState, trigger: Trigger): TriggerOutcome {
  if (state.seen.includes(trigger.id)) return { verdict: 'duplicate' };
  const now = clockAfter(state, trigger);
  const at = trigger.at ?? now;
  const refused = (reason: string) => ({ verdict: 'refused' as const, at, reason });

  if (!isEnabled(state.spec, trigger.kind)) {
    return refused(`retraining.triggers.${trigger.kind} is off in the spec`);
  }
  // Its alarm speaks of another model: the reference of the new champion was never exceeded.
  if (trigger.version !== undefined && state.champion !== undefined && trigger.version !== state.champion) {
    return refused(`version ${trigger.version} is no longer champion: version ${state.champion} is`);
  }
  if (Date.parse(at) > Date.parse(now)) {
    return refused(`${at} is ahead of the monitoring clock, which is at ${now}: no data of that time yet`);
  }
  if (state.inFlight) {
    const { run, since } = state.inFlight;
    return { ...refused(`run ${run}, as of ${since}, is in flight`), blockedBy: run };
  }
  // The cooldown applies to automatic triggers only; a person who asks has already decided.
  if (state.lastFiredAt && trigger.kind !== 'manual') {
    const rested = Date.parse(at) - Date.parse(state.lastFiredAt);
    if (rested < durationMs(state.spec.cooldown)) {
      return refused(
        `cooldown of ${state.spec.cooldown} since the retraining as of ${state.lastFiredAt} is not over`,
      );
    }
  }
  return { verdict: 'fired', at, run: runOf(trigger, at), reason: trigger.detail };
}

/**
 * Marks the run as in flight before it starts, because the end of a short lifecycle can arrive together with its
 * start.
 */
export const launched = (
  state: ControllerState,
  { run, at }: { run: string; at: string },
): ControllerState => ({
  ...state,
  inFlight: { run, since: at },
});

/** The state after the outcome of a trigger is known. */
export function withRecord(state: ControllerState, trigger: Trigger, record: TriggerRecord): ControllerState {
  return {
    ...state,
    now: clockAfter(state, trigger),
    lastFiredAt:
      record.verdict === 'fired' ? later(record.at, state.lastFiredAt ?? record.at) : state.lastFiredAt,
    log: [...state.log, record].slice(-MAX_LOG),
    seen: [...state.seen, trigger.id].slice(-MAX_SEEN),
    handled: state.handled + 1,
  };
}

/** The state after the lifecycle of `run` ended; unchanged if another run is in flight. */
export const released = (state: ControllerState, run: string): ControllerState =>
  state.inFlight?.run === run ? { ...state, inFlight: null } : state;

/** The state at a later time of the monitoring clock, which never goes back. */
export const advanced = (state: ControllerState, now: string): ControllerState => ({
  ...state,
  now: later(state.now, now),
});

const clockAfter = (state: ControllerState, { kind, at }: Trigger): string =>
  at !== null && FROM_MONITOR.includes(kind) ? later(state.now, at) : state.now;

function isEnabled({ triggers }: ControllerState['spec'], kind: TriggerKind): boolean {
  switch (kind) {
    case 'manual':
      return true;
    case 'schedule':
      return triggers.schedule !== undefined;
    case 'newData':
      return triggers.newData !== undefined;
    case 'drift':
      return triggers.drift;
    case 'quality':
      return triggers.quality;
  }
}

/**
 * The run that a trigger starts, e.g. `retrain-2001-05-07`. One instant of event time is retrained once, however
 * many triggers name it. A manual trigger uses its own id, so that a person can repeat a failed run.
 */
function runOf(trigger: Trigger, at: string): string {
  const [day = '', time = ''] = new Date(at).toISOString().split('T');
  const clock = time.startsWith('00:00:00.000') ? '' : `t${time.replace(/[^0-9]/g, '')}`;
  const own = trigger.kind === 'manual' ? `-${slug(trigger.id)}` : '';
  return `retrain-${day}${clock}${own}`.slice(0, 63).replace(/-+$/, '');
}

const slug = (text: string): string =>
  text
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-+/, '');
