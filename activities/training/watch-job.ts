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
import type { RankTrial } from './rank-trial.js';
import { type Beat, readBeat } from './lease/beat.js';
import { lookAgainMs } from './policy/halving.js';
import { isTerminal } from '../../contracts/job-state.js';

/** Allowance for clocks that differ and beats on their way. */
const MARGIN_MS = 30_000;
/**
 * Delay of the first progress report to the workflow. Each later delay is twice as long, so that days of training
 * keep the history short.
 */
const FIRST_WORD_MS = 10_000;
const LAST_WORD_MS = 300_000;

/** Report the job's progress to the workflow, for its current details. Errors are ignored. */
async function tell(progress: Progress): Promise<void> {
  const ctx = Context.current();
  const { workflowExecution } = ctx.info;
  if (!workflowExecution) return;
  const { workflowId, runId } = workflowExecution;
  await ctx.client.workflow
    .getHandle(workflowId, runId)
    .signal<[Progress]>(jobProgress.name, progress)
    .catch(() => undefined);
}

/**
 * Wait until an attempt is over. It only reads and never ends a job: a worker that stops, times out or is cancelled
 * leaves the job running, and the next delivery watches the same job by its key.
 *
 * Idempotent: it changes nothing. Heartbeats from a timer with the trainer's progress.
 *
 * @throws MainspringFailure `JobLost` if the job has no row, `InvalidInput` (never retried)
 */
export function makeWatchJob(deps: TrainingDeps) {
  const watch = makeWatch(deps);
  return async function watchJob(input: WatchJobInput): Promise<WatchResult> {
    const watched = await watch(input);
    // Without a ranking a job is never stopped early.
    return watched.end === 'stopped' ? { end: 'ended' } : watched;
  };
}

type Watched = WatchResult | { end: 'stopped'; stopped: Stopped };

/**
 * The implementation of `watchJob`, with a ranking for trials. A trial that is to stop ends the watch; the
 * caller then stops the job.
 */
export function makeWatch({ jobs, objects, backends, timing }: TrainingDeps) {
  return async function watch(input: WatchJobInput, rank?: RankTrial): Promise<Watched> {
    const { jobKey, backend: name, deadline } = parseOrFail(WatchJobInput, input);
    const backend = backendOf({ backends }, name);
    const ctx = Context.current();
    // The wrapper enforces the deadline. The engine steps in only if that failed.
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
        // A row without a submit has no handle: its dispatch is still under way.
        const status: StatusAnswer = await backend.status(handle);
        const now = Date.now();
        // A trial that is to be stopped costs money until it is polled.
        const lookMs = rank ? Math.min(timing.beatMs, lookAgainMs(now - began)) : timing.beatMs;
        if (now - beatAt >= lookMs && (now - began >= lookMs || status.kind !== 'running')) {
          beatAt = now;
          beat = await readBeat(objects, jobKey);
        }
        if (status.kind === 'running' && row.state === 'submitted')
          row = await advance(jobs, row, { type: 'started', at: new Date() });
        const copy = status.kind === 'ended' && status.exitCode === ExitCode.fenced;
        if (status.kind === 'ended' && !copy) {
          // The last reports of the ended trial count in the comparison with other trials.
          if (rank) await rank((await readBeat(objects, jobKey))?.rungs ?? []);
          return { end: 'ended' };
        }
        const stopped = await rank?.(beat?.rungs ?? []);
        if (stopped) return { end: 'stopped', stopped };
        if (status.kind === 'absent' || copy) {
          if (copy && beat?.ended) return { end: 'ended' };
          absentSince ??= now;
          const isCertain = now - absentSince >= backend.listedWithinMs;
          const alive = beat && !beat.ended && now - Date.parse(beat.at) < timing.leaseMs + MARGIN_MS;
          if (isCertain && !alive) return { end: copy ? 'ended' : 'lost' };
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
