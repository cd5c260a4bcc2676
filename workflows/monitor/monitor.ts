import {
  ActivityFailure,
  allHandlersFinished,
  condition,
  continueAsNew,
  getExternalWorkflowHandle,
  isCancellation,
  log,
  patched,
  proxyActivities,
  setCurrentDetails,
  setHandler,
  upsertSearchAttributes,
  workflowInfo,
} from '@temporalio/workflow';
import type { MonitoringActivities } from '../../activities/monitoring/index.js';
import type { TimeRange } from '../../contracts/artifacts.js';
import { parseOrFail } from '../../contracts/failures.js';
import { retrainingId } from '../../contracts/ids.js';
import {
  MonitorInput,
  Observed,
  UpcomingTarget,
  monitorHealth,
  observe,
  retarget,
} from '../../contracts/monitor.js';
import { monitoringClock, trigger } from '../../contracts/retraining.js';
import { SearchAttribute } from '../../contracts/search-attributes.js';
import { isNotAhead } from '../../contracts/primitives/is-not-ahead.js';
import { durationMs } from '../../contracts/primitives/duration.js';
import { leapFault } from '../../contracts/watermark-leap.js';
import { TaskQueue } from '../../contracts/task-queues.js';
import { triggersOf, windowsToKeep } from '../policy/drift.js';
import { monitorDetails } from './monitor-details.js';
import { messageAndRemedy, rootMessage } from '../policy/root-message.js';
import { forTemporal } from '../for-temporal.js';
import { onSignal } from '../on-signal.js';

const { closeWindow } = proxyActivities<MonitoringActivities>({
  taskQueue: TaskQueue.evaluation,
  startToCloseTimeout: '1 hour',
  heartbeatTimeout: '30 seconds',
  retry: { initialInterval: '1 second', maximumInterval: '1 minute', maximumAttempts: 60 },
});

/**
 * Delay before a window that failed to close is tried again. The signal `observe` also tries again. Windows are
 * never skipped.
 */
const TRY_AGAIN = '1 hour';

const instant = (ms: number): string => new Date(ms).toISOString();

/** Watches the serving version, window by window, as long as the model exists. */
export async function monitor(raw: MonitorInput): Promise<void> {
  const state = parseOrFail(MonitorInput, raw);
  let problem: string | null = null;
  let observed = 0;

  onSignal(
    observe,
    Observed.refine(({ watermark }) => isNotAhead(watermark, Date.now()), 'the watermark lies in the future'),
    ({ watermark, leap }) => {
      const known = { ...state, dueAt: instant(dueOf(state)) };
      const fault = leap === true ? undefined : leapFault(watermark, known);
      if (fault !== undefined && patched('watermark-leap'))
        return log.warn(`signal observe ignored: ${fault}`);
      if (!state.watermark || Date.parse(watermark) > Date.parse(state.watermark))
        state.watermark = watermark;
      observed += 1;
    },
    { description: 'Event time has reached {"watermark": "2001-02-08T00:00:00Z"}: mature windows close.' },
  );
  onSignal(
    retarget,
    UpcomingTarget.omit({ since: true }),
    (next) => {
      const since =
        state.monitoring.clock === 'wall' ? instant(Date.now()) : (state.watermark ?? state.nextWindow);
      const { version } = next.target;
      if (version === state.target.version) state.upcoming = null;
      else if (version !== state.upcoming?.target.version) state.upcoming = { ...next, since };
      takeOver(state);
    },
    { description: 'Another version serves now: windows that start from here on are its own.' },
  );
  setHandler(
    forTemporal(monitorHealth),
    () => ({
      model: state.model,
      version: state.target.version,
      nextWindow: state.nextWindow,
      dueAt: instant(dueOf(state)),
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

/** Watches the new version from the first window that starts while it serves. */
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

/** When the labels of the next window had time to arrive, in milliseconds since 1970. */
const dueOf = ({ nextWindow, monitoring }: MonitorInput): number =>
  Date.parse(nextWindow) + durationMs(monitoring.window) + durationMs(monitoring.labels.matureAfter);

const windowAt = ({ nextWindow, monitoring }: MonitorInput): TimeRange => ({
  from: instant(Date.parse(nextWindow)),
  to: instant(Date.parse(nextWindow) + durationMs(monitoring.window)),
});

/**
 * Waits until the labels of the window had time to arrive, on the clock that the spec names. The due time is
 * absolute, so that a restart does not wait anew. Returns false if another version took over the window, because
 * its spec may cut windows differently.
 */
async function untilMature(state: MonitorInput, window: TimeRange): Promise<boolean> {
  const { version } = state.target;
  const { clock } = state.monitoring;
  const dueMs = dueOf(state);
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

/** Returns the reason why the window could not be closed, or null if it was closed. */
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
    return `window from ${window.from}: ${messageAndRemedy(error)}`;
  }
}

/** The clock is sent first, so that the controller knows the time that the triggers refer to. */
async function tellController(state: MonitorInput): Promise<void> {
  const controller = getExternalWorkflowHandle(retrainingId(state.model));
  const triggers = triggersOf(state.recent, state, state.rowsSinceTrigger);
  if (triggers.some(({ kind }) => kind === 'newData')) state.rowsSinceTrigger = 0;
  try {
    await controller.signal(forTemporal(monitoringClock), { now: state.nextWindow });
    for (const reason of triggers) await controller.signal(forTemporal(trigger), reason);
  } catch (error) {
    if (isCancellation(error)) throw error;
    // A person terminated the controller. The next promotion starts it again, and a lasting alarm is sent again.
    log.warn('retraining controller is not there', { triggers: triggers.map(({ id }) => id) });
  }
}
