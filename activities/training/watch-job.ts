import { Context } from '@temporalio/activity';
import { ExitCode } from '../../contracts/exit-code.js';
import { FailureType, fail, parseOrFail } from '../../contracts/failures.js';
import { WatchJobInput, type WatchResult, jobProgress } from '../../contracts/job-lease.js';
import type { Progress } from '../../contracts/training.js';
import type { StatusAnswer } from '../ports/job-backend.js';
import type { Stopped } from '../../contracts/early-stopping.js';
import { advance } from './advance.js';
import { backendOf } from './backend-of.js';
import type { TrainingDeps } from './deps.js';
import { handleOf } from './handle.js';
import { heartbeating } from './heartbeating.js';
import type { Judge } from './judge-trial.js';
import { type Beat, readBeat } from './lease/beat.js';
import { lookAgainMs } from './policy/halving.js';
import { isTerminal } from './policy/job-transitions.js';

/** Clocks of two machines may differ by this much, and a beat may be on its way. */
const MARGIN_MS = 30_000;
/** The first word to the workflow; each later one waits twice as long, so that days of training stay a short history. */
const FIRST_WORD_MS = 10_000;
const LAST_WORD_MS = 300_000;

/** Tell the workflow how far its job is, so that its details show it. Not worth failing for. */
async function tell(progress: Progress): Promise<void> {
  const ctx = Context.current();
  const { workflowExecution } = ctx.info;
  if (!workflowExecution) return;
  const { workflowId, runId } = workflowExecution;
  await ctx.client.workflow
    .getHandle(workflowId, runId)
    .signal(jobProgress, progress)
    .catch(() => undefined);
}

/**
 * Wait until an attempt is over. Reads, and never ends a job: a worker that stops, times out or is cancelled leaves it
 * running, and the next delivery watches the same job again by its key.
 *
 * Idempotent: it only looks. Heartbeats from a timer with the trainer's progress.
 *
 * @throws ApplicationFailure `JobLost` when there is no row for it, `InvalidInput` (never retried)
 */
export function makeWatchJob(deps: TrainingDeps) {
  const watch = makeWatch(deps);
  return async function watchJob(input: WatchJobInput): Promise<WatchResult> {
    const watched = await watch(input);
    // Nothing is stopped early without a judge.
    return watched.end === 'stopped' ? { end: 'ended' } : watched;
  };
}

type Watched = WatchResult | { end: 'stopped'; stopped: Stopped };

/** What `watchJob` does, for trials with a judge: its verdict ends the watch, and the job then is to be stopped. */
export function makeWatch({ jobs, objects, backends, timing }: TrainingDeps) {
  return async function watch(input: WatchJobInput, judge?: Judge): Promise<Watched> {
    const { jobKey, backend: name, deadline } = parseOrFail(WatchJobInput, input);
    const backend = backendOf({ backends }, name);
    const ctx = Context.current();
    // The wrapper keeps the deadline itself; the engine steps in only when that did not work.
    const overdueAt = Date.parse(deadline) + timing.graceMs + MARGIN_MS;
    let beat: Beat | undefined;

    async function look(): Promise<Watched> {
      let row = await jobs.get(jobKey);
      if (!row)
        throw fail(FailureType.JobLost, `${jobKey} has no row in the jobs table: it was never dispatched`);
      const handle = handleOf(row);
      const began = Date.now();
      let beatAt = 0;
      let wordAt = began + FIRST_WORD_MS;
      let wordMs = FIRST_WORD_MS;
      let absentSince: number | undefined;
      for (;;) {
        if (isTerminal(row.state)) return { end: 'ended' };
        // A row that was never submitted has no handle: its dispatch is not over.
        const status: StatusAnswer = await backend.status(handle);
        const now = Date.now();
        // A trial that is to be stopped costs until it is looked at.
        const lookMs = judge ? Math.min(timing.beatMs, lookAgainMs(now - began)) : timing.beatMs;
        if (now - beatAt >= lookMs && (now - began >= lookMs || status.kind !== 'running')) {
          beatAt = now;
          beat = await readBeat(objects, jobKey);
        }
        if (status.kind === 'running' && row.state === 'submitted')
          row = await advance(jobs, row, { type: 'started', at: new Date() });
        const copy = status.kind === 'ended' && status.exitCode === ExitCode.fenced;
        if (status.kind === 'ended' && !copy) {
          // Its last reports count for the others.
          if (judge) await judge((await readBeat(objects, jobKey))?.rungs ?? []);
          return { end: 'ended' };
        }
        const stopped = await judge?.(beat?.rungs ?? []);
        if (stopped) return { end: 'stopped', stopped };
        if (status.kind === 'absent' || copy) {
          if (copy && beat?.ended) return { end: 'ended' };
          absentSince ??= now;
          const settled = now - absentSince >= backend.settlingMs;
          const alive = beat && !beat.ended && now - Date.parse(beat.at) < timing.leaseMs + MARGIN_MS;
          if (settled && !alive) return { end: copy ? 'ended' : 'lost' };
        } else absentSince = undefined;
        if (now > overdueAt) return { end: 'overdue' };
        if (beat?.progress && now >= wordAt) {
          wordMs = Math.min(wordMs * 2, LAST_WORD_MS);
          wordAt = now + wordMs;
          await tell(beat.progress);
        }
        await ctx.sleep(backend.pollMs);
      }
    }
    return heartbeating(() => ({ jobKey, progress: beat?.progress ?? null }), look);
  };
}
