import { setTimeout as sleep } from 'node:timers/promises';
import type { WindowResult } from '../../contracts/monitor.js';
import type { TriggerRecord } from '../../contracts/retraining.js';
import type { WeeksContext } from '../example.js';
import { follow } from '../follow.js';
import { trafficOf } from '../life.js';
import { askGateway, sendLabels } from '../traffic.js';

const DAY_MS = 86_400_000;
/** Number of weeks of event time after which the Temporal Schedule is triggered by hand. */
const WEEKS_PER_SCHEDULE = 4;
/** Labels are known half a day after departure at the latest; see `monitoring.labels.matureAfter`. */
const MATURE_MS = DAY_MS / 2;
const LONGEST_WAIT_MS = 300_000;
/** Most further weeks of traffic that a canary may need before it ends. */
const MAX_EXTRA_WEEKS = 3;

export interface Replay extends WeeksContext {
  /** Start of the first week, a date. */
  from: string;
}

export interface WeeksSummary {
  windows: number;
  fired: string[];
  refused: string[];
  /** Lifecycles that triggers started, with the outcome of their candidates. */
  lifecycles: { run: string; outcome: string; version: number | null }[];
}

const show = (value: number | undefined | null, digits = 4): string =>
  value === undefined || value === null ? '–' : value.toFixed(digits);

const header =
  '  week of      requests  labelled   late    AUC  log loss    ECE   PSI score  net1h  over their threshold';

const row = (window: WindowResult): string =>
  [
    `  ${window.window.from.slice(0, 10)}`,
    window.requests.toLocaleString('en').padStart(10),
    window.labelled.toLocaleString('en').padStart(10),
    show(window.labelRate, 3).padStart(7),
    show(window.metrics.roc_auc, 3).padStart(7),
    show(window.metrics.log_loss).padStart(10),
    show(window.metrics.calibration_error, 3).padStart(7),
    show(window.psi['score'], 3).padStart(12),
    show(window.psi['net1h'], 3).padStart(7),
    `  ${window.exceeded.join(', ') || '–'}`,
  ].join('');

const date = (ms: number): string => new Date(ms).toISOString().slice(0, 10);

/**
 * Replays weeks of real traffic one after the other: requests, labels, monitoring windows, triggers, and the lifecycles that
 * the triggers start.
 */
export async function replayWeeks(replay: Replay): Promise<WeeksSummary> {
  const { mainspring, print, signal, spec, gateway } = replay;
  const { model } = spec;
  const summary: WeeksSummary = { windows: 0, fired: [], refused: [], lifecycles: [] };
  const known = new Set(
    (await mainspring.retraining.list(model, { limit: 200 })).triggers.map(({ id }) => id),
  );
  /** Stages that were printed, by run. */
  const following = new Map<string, Set<string>>();

  async function traffic(from: number): Promise<void> {
    const span = { from: date(from), to: date(from + 7 * DAY_MS) };
    const departures = await trafficOf(mainspring, spec, span);
    await askGateway(gateway, model, departures, signal);
    await sendLabels(gateway, model, departures, signal);
  }

  async function closedWindow(end: number): Promise<WindowResult | undefined> {
    const { windows } = await mainspring.monitors.get(model, { limit: 60 });
    return windows.find(({ window }) => Date.parse(window.to) === end);
  }

  async function closeWindow(end: number): Promise<WindowResult> {
    await mainspring.monitors.observe(model, { watermark: new Date(end + MATURE_MS).toISOString() });
    const deadline = Date.now() + LONGEST_WAIT_MS;
    while (Date.now() < deadline) {
      signal.throwIfAborted();
      const closed = await closedWindow(end);
      if (closed) return closed;
      await sleep(200);
    }
    throw new Error(`the window that ends ${date(end)} did not close: npx mainspring monitor ${model}`);
  }

  function tell({ id, kind, at, detail, verdict, reason, run }: TriggerRecord): void {
    known.add(id);
    const asked = `${kind} at ${at.slice(0, 10)} (${detail})`;
    if (run) following.set(run, new Set());
    if (verdict === 'fired') {
      summary.fired.push(asked);
      print(`    trigger FIRED: ${asked}${run ? `, starts ${run}` : ''}`);
    } else {
      summary.refused.push(`${asked}: ${reason}`);
      print(`    trigger refused: ${asked}: ${reason}`);
    }
  }

  /**
   * Follows the lifecycles that triggers started, until they end or need traffic. A canary waits for the traffic of
   * the next week.
   */
  async function followLifecycles(): Promise<void> {
    for (const [run, told] of following) {
      const state = await follow(replay, `${model}/${run}`, ({ stage }) => stage === 'release', told);
      if (state.outcome === null) continue;
      following.delete(run);
      summary.lifecycles.push({ run, outcome: state.outcome, version: state.version });
    }
  }

  /** Prints new triggers. The controller decides a trigger some time after its cause, so a scheduled one is waited for. */
  async function tellTriggers(scheduled: boolean): Promise<void> {
    const deadline = Date.now() + 30_000;
    for (let waiting = true; waiting;) {
      await sleep(500);
      const { triggers } = await mainspring.retraining.list(model, { limit: 50 });
      const fresh = triggers.toReversed().filter(({ id }) => !known.has(id));
      for (const record of fresh) tell(record);
      waiting = scheduled && !fresh.some(({ kind }) => kind === 'schedule') && Date.now() < deadline;
    }
  }

  print(header);
  const start = Date.parse(replay.from);
  for (let week = 0; week < replay.weeks + MAX_EXTRA_WEEKS; week++) {
    if (week >= replay.weeks && following.size === 0) break;
    const from = start + week * 7 * DAY_MS;
    const closed = await closedWindow(from + 7 * DAY_MS);
    if (closed) {
      // An interrupted replay goes on with the first week whose window is not closed.
      print(row(closed));
      continue;
    }
    await traffic(from);
    // Releases that waited for traffic can go on now.
    if (following.size > 0) await endReleases();
    const window = await closeWindow(from + 7 * DAY_MS);
    print(row(window));
    summary.windows += 1;
    const scheduled = (week + 1) % WEEKS_PER_SCHEDULE === 0;
    if (scheduled) await mainspring.retraining.runSchedule(model);
    await tellTriggers(scheduled);
    await followLifecycles();
  }
  return summary;

  /** Follows every release under way to its end. */
  async function endReleases(): Promise<void> {
    for (const [run, told] of following) {
      const state = await follow(replay, `${model}/${run}`, undefined, told);
      following.delete(run);
      summary.lifecycles.push({ run, outcome: state.outcome ?? 'unknown', version: state.version });
    }
  }
}
