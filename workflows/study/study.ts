import {
  allHandlersFinished,
  condition,
  continueAsNew,
  isCancellation,
  proxyActivities,
  setCurrentDetails,
  sleep,
  workflowInfo,
} from '@temporalio/workflow';
import type { StudyActivities } from '../../activities/study/index.js';
import type { TrainingActivities } from '../../activities/training/index.js';
import { FailureType, fail, parseOrFail } from '../../contracts/failures.js';
import { StudyRun, type StudyState, type TrialReport } from '../../contracts/study.js';
import { TaskQueue } from '../../contracts/task-queues.js';
import type { StudyResult } from '../../contracts/training.js';
import { noViableTrial } from '../policy/no-viable-trial.js';
import { isSuggested, pointOf } from '../policy/points.js';
import { type Pace, STUDY_CHOICES, overOf, studyDetails } from './study-details.js';
import { isOver, leaderboardOf, left, openState, endTrial } from '../policy/study-state.js';
import { AFTER_CANCEL } from '../after-cancel.js';
import { settleWithin } from '../settle-within.js';
import { receive } from './study-handlers.js';
import { openTrials } from './study-trials.js';

const { recordTrials, findEndedTrials } = proxyActivities<StudyActivities>({
  taskQueue: TaskQueue.control,
  startToCloseTimeout: '30 seconds',
  retry: { initialInterval: '250 milliseconds', maximumInterval: '1 minute', maximumAttempts: 1_000 },
});
const { buildEnvironment, suggestTrials } = proxyActivities<TrainingActivities>({
  taskQueue: TaskQueue.training,
  startToCloseTimeout: '1 hour',
  heartbeatTimeout: '30 seconds',
  retry: { initialInterval: '1 second', maximumInterval: '1 minute', maximumAttempts: 60 },
});

/** Limit of a run's history, far below the server's limit of 51,200 events. A trial costs about ten events. */
const EVENTS_PER_RUN = 4_000;
/** Most trials in one write. */
const BATCH = 200;
/**
 * Most points requested at once, for algorithms whose points do not depend on results. The others request one point
 * per free slot.
 */
const AHEAD = 50;
/** Interval at which trials of earlier runs are checked: a terminated trial sends no report. */
const LOOK_AFTER = '5 minutes';
const LOOK_AT = 50;

/**
 * Search the declared space. Trials run as training jobs, a limited number at a time; the best surviving trial
 * wins. The study is one durable object for any number of trials: it continues as new while trials are in flight.
 */
export async function study(raw: StudyRun): Promise<StudyResult> {
  const input = parseOrFail(StudyRun, raw);
  const state = input.state ?? openState(input.training.search);
  const search = new Searching(input, state);
  try {
    if (!input.state) await buildEnvironment({ environment: input.environment });
    await search.run();
  } catch (error) {
    // Trials outlive a run on purpose, but they must not outlive the study.
    await settleWithin(AFTER_CANCEL.children, () => search.abandon(isCancellation(error)));
    throw error;
  }
  if (search.isFull) return continueAsNew<typeof study>({ ...input, state });
  const { board, spend } = state;
  const [best] = board;
  if (best?.state !== 'succeeded')
    throw fail(FailureType.NoViableTrial, noViableTrial(`${input.model} ${input.run}`, board, state.failed), {
      remedy: 'Mend the cause, then start a new run.',
    });
  return { best, leaderboard: leaderboardOf(state, input.training.search), spend };
}

class Searching {
  /** True when this run's history is long enough, so that the study continues as new. */
  isFull = false;
  private changes = 0;
  private problem: { error: unknown } | undefined;
  private cancelled = false;
  private asked = false;
  private recording: Promise<void> | undefined;
  private readonly trials;
  private readonly search;
  private readonly begun: Pace;

  constructor(
    private readonly input: StudyRun,
    private readonly state: StudyState,
  ) {
    this.search = input.training.search;
    this.begun = { over: overOf(leaderboardOf(state, this.search)), atMs: Date.now() };
    this.trials = openTrials(
      input,
      (report) => this.hear(report),
      () => this.wake(),
      (error) => this.break(error),
    );
    receive(
      input,
      state,
      (report) => this.hear(report),
      () => this.wake(),
    );
  }

  /** Runs until every trial is over, or this run's history is full. */
  async run(): Promise<void> {
    this.inBackground(this.lookAfter());
    for (;;) {
      const before = this.changes;
      this.show();
      if (this.problem) throw this.problem.error;
      if (this.state.ended) this.askToStop();
      else if (!this.isFull && !this.state.paused) await this.start();
      if (isOver(this.state) || this.isFull) {
        // Write what is not written yet: nothing may change between the last write and the end of the run.
        await condition(() => this.trials.starting === 0);
        await this.record();
        await condition(allHandlersFinished);
        if (this.state.unrecorded.length > 0) continue;
        if (isOver(this.state)) {
          this.isFull = false;
          return;
        }
        if (this.isFull) return;
        continue;
      }
      if (this.state.unrecorded.length >= Math.min(BATCH, Math.ceil(this.search.parallel / 2)))
        this.inBackground(this.record());
      await condition(() => this.changes > before || this.problem !== undefined);
      const { continueAsNewSuggested, historyLength } = workflowInfo();
      this.isFull = continueAsNewSuggested || historyLength >= (this.input.eventsPerRun ?? EVENTS_PER_RUN);
    }
  }

  /** Cancel all trials in flight, and wait until each has reported its end. */
  async abandon(cancelled: boolean): Promise<void> {
    this.cancelled = cancelled;
    await condition(() => this.trials.starting === 0);
    const look = this.lookAfter();
    look.catch(() => undefined);
    await this.trials.cancel();
    await condition(() => this.state.inFlight.length === 0);
    await this.record();
  }

  private hear(report: TrialReport): void {
    if (endTrial(this.state, report, this.search, this.cancelled)) this.wake();
  }

  private wake(): void {
    this.changes += 1;
  }

  private break(error: unknown): void {
    this.problem ??= { error };
  }

  private inBackground(work: Promise<void>): void {
    work.catch((error: unknown) => this.break(error));
  }

  private show(): void {
    const { model, run } = this.input;
    const board = leaderboardOf(this.state, this.search);
    const details = studyDetails(board, `Study of ${model} ${run}`, this.begun, Date.now());
    setCurrentDetails(`${details}\n${STUDY_CHOICES}`);
  }

  /** Start as many trials as there are free slots. */
  private async start(): Promise<void> {
    const { state, search } = this;
    const room = Math.min(search.parallel - state.inFlight.length, left(state), AHEAD);
    if (room <= 0) return;
    if (state.ready.length < room) await this.refill(room);
    while (
      state.ready.length > 0 &&
      state.inFlight.length < search.parallel &&
      !state.paused &&
      !state.ended
    ) {
      const trial = state.ready.shift();
      if (!trial) break;
      state.inFlight.push(trial);
      this.trials.start(trial);
    }
    // Starts are confirmed in batches, because a thousand at once exceed one message to the server.
    await condition(() => this.trials.starting === 0);
    if (state.inFlight.length < search.parallel) this.wake();
  }

  private async refill(room: number): Promise<void> {
    const { state, search } = this;
    const { model, run, training } = this.input;
    const learns = search.algorithm === 'tpe';
    const count = Math.min(state.total - state.next, learns ? room - state.ready.length : AHEAD);
    const numbers = Array.from({ length: count }, (_, index) => state.next + index);
    const first = { ...training.params, ...search.fixed };
    if (!isSuggested(search)) {
      for (const trial of numbers)
        state.ready.push({ trial, params: { ...first, ...pointOf(search, training.seed, trial) } });
      state.next += count;
      return;
    }
    // The search reads known trials from the table, so they must be written first.
    if (learns) await this.record();
    const { trials, parallel, warmStart, algorithm, space, objective, fixed } = search;
    const suggested = await suggestTrials.executeWithOptions({ summary: `${count} from ${state.next}` }, [
      {
        model,
        run,
        seed: training.seed,
        search: {
          ...{ trials, parallel, algorithm, space, objective, fixed },
          ...(warmStart === undefined ? {} : { warmStart }),
        },
        trials: numbers,
      },
    ]);
    for (const { trial, params } of suggested.sort((a, b) => a.trial - b.trial))
      state.ready.push({ trial, params: { ...first, ...params } });
    state.next += count;
  }

  /** Write ended trials batch by batch, one writer at a time. */
  private async record(): Promise<void> {
    this.recording ??= (async () => {
      const { model, run } = this.input;
      const { unrecorded } = this.state;
      while (unrecorded.length > 0) {
        const trials = unrecorded.slice(0, BATCH);
        await recordTrials.executeWithOptions({ summary: `${trials.length} trials` }, [
          { model, run, trials },
        ]);
        unrecorded.splice(0, trials.length);
      }
    })().finally(() => (this.recording = undefined));
    await this.recording;
  }

  /** After `stop` was sent, ask every trial once to end. Each still reports its end. */
  private askToStop(): void {
    if (this.asked) return;
    this.asked = true;
    this.inBackground(this.trials.cancel());
  }

  private async lookAfter(): Promise<void> {
    const { model, run } = this.input;
    for (let first = 0; ;) {
      await sleep(LOOK_AFTER, { summary: 'look after trials of earlier runs' });
      if (this.state.unrecorded.length > 0) this.inBackground(this.record());
      const quiet = this.trials.quiet(this.state.inFlight);
      if (quiet.length === 0) continue;
      first = first >= quiet.length ? 0 : first;
      const trials = quiet.slice(first, first + LOOK_AT);
      first += LOOK_AT;
      for (const { trial, status } of await findEndedTrials({ model, run, trials }))
        this.hear({
          trial,
          state: 'failed',
          value: null,
          metrics: {},
          step: null,
          reason: `its workflow is ${status}, and it never said how it ended`,
          spend: { wallSeconds: 0, cpuSeconds: 0, gpuSeconds: 0 },
        });
    }
  }
}
