import {
  ActivityFailure,
  allHandlersFinished,
  condition,
  continueAsNew,
  getExternalWorkflowHandle,
  isCancellation,
  log,
  proxyActivities,
  setCurrentDetails,
  setHandler,
  upsertSearchAttributes,
  workflowInfo,
} from '@temporalio/workflow';
import type { MonitoringActivities } from '../activities/monitoring/index.js';
import { Instant, type TimeRange } from '../contracts/artifacts.js';
import { parseOrFail } from '../contracts/failures.js';
import { retrainingId } from '../contracts/ids.js';
import { MonitorInput, UpcomingTarget, monitorHealth, observe, retarget } from '../contracts/monitor.js';
import { monitoringClock, trigger } from '../contracts/retraining.js';
import { SearchAttribute } from '../contracts/search-attributes.js';
import { durationMs } from '../contracts/spec/units.js';
import { TaskQueue } from '../contracts/task-queues.js';
import { triggersOf, windowsToKeep } from './policy/drift.js';
import { monitorDetails } from './policy/monitor-details.js';
import { rootMessage } from './policy/root-message.js';

const { closeWindow } = proxyActivities<MonitoringActivities>({
  taskQueue: TaskQueue.evaluation,
  startToCloseTimeout: '1 hour',
  heartbeatTimeout: '30 seconds',
  retry: { initialInterval: '1 second', maximumInterval: '1 minute', maximumAttempts: 60 },
});

/** A window that cannot be closed is tried again after this, or at the next `observe`: windows are never skipped. */
const TRY_AGAIN = '1 hour';

const instant = (ms: number): string => new Date(ms).toISOString();

/** Watches what serves, window by window, for as long as the model lives. */
export async function monitor(raw: MonitorInput): Promise<void> {
  const state = parseOrFail(MonitorInput, raw);
  let problem: string | null = null;
  let observed = 0;

  setHandler(
    observe,
    (heard) => {
      const watermark = Instant.safeParse(heard?.watermark);
      if (!watermark.success) return log.warn('observe without a watermark ignored', { heard });
      if (!state.watermark || Date.parse(watermark.data) > Date.parse(state.watermark)) {
        state.watermark = watermark.data;
      }
      observed += 1;
    },
    { description: 'Event time has reached {"watermark": "2001-02-08T00:00:00Z"}: mature windows close.' },
  );
  setHandler(
    retarget,
    (next) => {
      const since =
        state.monitoring.clock === 'wall' ? instant(Date.now()) : (state.watermark ?? state.nextWindow);
      const upcoming = UpcomingTarget.safeParse({ ...next, since });
      if (!upcoming.success)
        return log.warn('retarget that is not a target ignored', { error: upcoming.error.message });
      const { version } = upcoming.data.target;
      if (version === state.target.version) state.upcoming = null;
      else if (version !== state.upcoming?.target.version) state.upcoming = upcoming.data;
      takeOver(state);
    },
    { description: 'Another version serves now: windows that start from here on are its own.' },
  );
  setHandler(
    monitorHealth,
    () => ({
      model: state.model,
      version: state.target.version,
      nextWindow: state.nextWindow,
      watermark: state.watermark,
      closed: state.closed,
      recent: state.recent,
      problem,
    }),
    { description: 'The newest windows, and what keeps the next from being closed.' },
  );

  tag(state);
  for (;;) {
    const window = windowAt(state);
    if (!(await untilMature(state, window))) continue;
    while ((problem = await tryToClose(state, window)) !== null) {
      setCurrentDetails(monitorDetails(state, '', problem));
      const before = observed;
      await condition(() => observed > before, TRY_AGAIN);
    }
    await tellController(state);
    takeOver(state);
    if (workflowInfo().continueAsNewSuggested) {
      await condition(allHandlersFinished);
      await continueAsNew<typeof monitor>(state);
    }
  }
}

/** From the first window that starts while another version serves, that version is watched. */
function takeOver(state: MonitorInput): void {
  const { upcoming } = state;
  if (!upcoming || Date.parse(state.nextWindow) < Date.parse(upcoming.since)) return;
  state.target = upcoming.target;
  state.monitoring = upcoming.monitoring;
  state.retraining = upcoming.retraining;
  state.upcoming = null;
  tag(state);
}

function tag({ model, target }: MonitorInput): void {
  upsertSearchAttributes([
    { key: SearchAttribute.Model, value: model },
    { key: SearchAttribute.SpecDigest, value: target.specDigest },
  ]);
}

const windowAt = ({ nextWindow, monitoring }: MonitorInput): TimeRange => ({
  from: instant(Date.parse(nextWindow)),
  to: instant(Date.parse(nextWindow) + durationMs(monitoring.window)),
});

/**
 * Waits until labels of the window had their time, on the clock that the spec names. The due time is absolute, so that a
 * restart does not wait anew. False: another version took the window over, whose spec may cut it differently.
 */
async function untilMature(state: MonitorInput, window: TimeRange): Promise<boolean> {
  const { version } = state.target;
  const { clock, labels } = state.monitoring;
  const dueMs = Date.parse(window.to) + durationMs(labels.matureAfter);
  const unit = clock === 'event' ? ' of event time' : '';
  setCurrentDetails(
    monitorDetails(state, `Window from ${window.from} closes at ${instant(dueMs)}${unit}.`, null),
  );
  const taken = () => state.target.version !== version;
  if (clock === 'event') {
    await condition(() => taken() || (state.watermark !== null && Date.parse(state.watermark) >= dueMs));
  } else {
    upsertSearchAttributes([{ key: SearchAttribute.DueAt, value: new Date(dueMs) }]);
    await condition(taken, Math.max(1, dueMs - Date.now()));
  }
  return !taken();
}

/** The reason why the window could not be closed; null when it is. */
async function tryToClose(state: MonitorInput, window: TimeRange): Promise<string | null> {
  const { model, target, monitoring } = state;
  try {
    const result = await closeWindow.executeWithOptions(
      { summary: `${window.from.slice(0, 10)}, version ${target.version}` },
      [{ model, target, window, monitoring }],
    );
    state.recent = [...state.recent, result].slice(-windowsToKeep(monitoring));
    state.nextWindow = window.to;
    state.closed += 1;
    state.rowsSinceTrigger += result.labelled;
    return null;
  } catch (error) {
    if (isCancellation(error) || !(error instanceof ActivityFailure)) throw error;
    log.error('window could not be closed', { window, cause: rootMessage(error) });
    return `window from ${window.from}: ${rootMessage(error)}`;
  }
}

/** Clock first, so that the controller knows the time that the triggers speak of. */
async function tellController(state: MonitorInput): Promise<void> {
  const controller = getExternalWorkflowHandle(retrainingId(state.model));
  const triggers = triggersOf(state.recent, state, state.rowsSinceTrigger);
  if (triggers.some(({ kind }) => kind === 'newData')) state.rowsSinceTrigger = 0;
  try {
    await controller.signal(monitoringClock, { now: state.nextWindow });
    for (const reason of triggers) await controller.signal(trigger, reason);
  } catch (error) {
    if (isCancellation(error)) throw error;
    // Terminated by a person: the next promotion starts it again, and an alarm that lasts speaks again.
    log.warn('retraining controller is not there', { triggers: triggers.map(({ id }) => id) });
  }
}
