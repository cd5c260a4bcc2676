import { setTimeout as sleep } from 'node:timers/promises';
import { Context } from '@temporalio/activity';
import { FailureType, fail, parseOrFail } from '../../contracts/failures.js';
import { DispatchJobInput, type DispatchedJob } from '../../contracts/job-lease.js';
import type { TrainingJobInput } from '../../contracts/training.js';
import type { FindAnswer, JobHandle } from '../ports/job-backend.js';
import type { LeaseTiming } from '../ports/job-order.js';
import type { JobRow } from '../ports/job-store.js';
import { advance } from './advance.js';
import { backendOf } from './backend-of.js';
import type { TrainingDeps } from './deps.js';
import { jobKeyOf } from './job-key.js';
import { fence } from './lease/head.js';
import { jobDigestOf, orderOf } from './order.js';

const conflict = (jobKey: string, what: string) =>
  fail(
    FailureType.JobConflict,
    `${jobKey} ${what}: the same intent must always mean the same work. Start a new run instead.`,
  );

/** An upload of the last checkpoint, clocks that differ, and the looks until the job is seen dead. */
const STOP_MARGIN_MS = 60_000;

/** From now until the engine has killed it: what the attempt costs at most. */
const longestMs = ({ deadline }: TrainingJobInput, { graceMs }: LeaseTiming): number =>
  Math.max(0, Date.parse(deadline) - Date.now()) + 2 * graceMs + STOP_MARGIN_MS;

/** An input that is gone would fail on the machine that trains, ten attempts long. */
async function checkInputs(
  { artifacts }: Pick<TrainingDeps, 'artifacts'>,
  job: TrainingJobInput,
): Promise<void> {
  const inputs = [job.code, ...Object.values(job.channels).map((table) => table.artifact)];
  const present = await Promise.all(inputs.map((ref) => artifacts.exists(ref)));
  const gone = inputs[present.indexOf(false)];
  if (gone)
    throw fail(
      FailureType.ArtifactMissing,
      `${gone.uri} (input of ${job.intent}) is not in the object store: restore it, or run the step that made it again`,
    );
}

/**
 * Have an attempt run by its backend: fence lower attempts, reserve what it may cost and write the row, find, submit only
 * what is not there. An attempt that its budget or its pool does not admit is parked, and leaves no row.
 *
 * Idempotent by (intent, attempt); delivered twice, also at the same time, it makes one job. Short: no heartbeat. An
 * unknown outcome of a submit is retried: the next delivery looks before it submits again.
 *
 * @returns the attempt to watch: an earlier one when that turned out to have a result
 * @throws ApplicationFailure `JobConflict`, `ArtifactMissing`, `BudgetNotConfigured`, `BudgetExhausted`, `InvalidInput`
 *   (never retried)
 */
export function makeDispatchJob(deps: Omit<TrainingDeps, 'environments'>) {
  const { jobs, objects, backends, engineId, timing } = deps;

  const accepted = (row: JobRow, handle: JobHandle): Promise<JobRow> =>
    advance(jobs, row, {
      type: 'accepted',
      nativeId: handle.nativeId,
      nativeUid: handle.nativeUid,
      at: new Date(),
    });

  /** The handle of a job that is ours; undefined when there is none. */
  function adopt(row: JobRow, answer: FindAnswer): JobHandle | undefined {
    if (answer.kind === 'unreachable')
      throw new Error(`backend ${row.backend} does not answer: ${answer.reason}`);
    if (answer.kind === 'absent') return undefined;
    if (answer.engineId !== engineId) throw conflict(row.jobKey, 'belongs to another installation');
    if (answer.jobDigest !== row.jobDigest) throw conflict(row.jobKey, 'exists and does other work');
    return answer.handle;
  }

  async function submit(row: JobRow, { job, memoryFactor }: DispatchJobInput): Promise<void> {
    const backend = backendOf({ backends }, job.backend);
    // An earlier delivery may have submitted it a moment ago: until then `absent` says nothing.
    if (row.state === 'submitting') await sleep(backend.settlingMs);
    const known = adopt(row, await backend.find(row.jobKey));
    if (known) return void (await accepted(row, known));
    const submitting = await advance(jobs, row, { type: 'submit' });
    if (submitting.state !== 'submitting') return;
    const devices = await jobs.ledger.devicesOf(row.jobKey);
    const answer = await backend.submit({
      jobKey: row.jobKey,
      engineId,
      jobDigest: row.jobDigest,
      placement: job.placement,
      order: orderOf(job, { jobKey: row.jobKey, attempt: row.attempt, memoryFactor, devices }, timing),
    });
    if (answer.kind === 'accepted') return void (await accepted(submitting, answer.handle));
    if (answer.kind === 'refused') {
      await advance(jobs, submitting, {
        type: 'failed',
        class: 'user',
        exitCode: null,
        reason: `backend ${job.backend} refused it: ${answer.reason}`,
        logTail: null,
        spend: null,
        at: new Date(),
      });
      return;
    }
    if (answer.kind === 'unknown') await sleep(backend.settlingMs);
    const found = adopt(submitting, await backend.find(row.jobKey));
    if (found) return void (await accepted(submitting, found));
    const why = answer.kind === 'unknown' ? answer.reason : 'it is being submitted right now';
    throw new Error(`it is not known whether ${row.jobKey} was submitted (${why}): looking again`);
  }

  return async function dispatchJob(input: DispatchJobInput): Promise<DispatchedJob> {
    const request = parseOrFail(DispatchJobInput, input);
    const { job, attempt } = request;
    const { intent, backend } = job;
    const jobKey = jobKeyOf(intent, attempt);
    const jobDigest = jobDigestOf(job);
    let row = await jobs.get(jobKey);
    if (!row) {
      const [head] = await Promise.all([fence(objects, intent, attempt), checkInputs(deps, job)]);
      if (head.result) {
        const { attempt: first } = head.result;
        return { intent, attempt: first, jobKey: jobKeyOf(intent, first), backend };
      }
      if (head.cancelled || head.attempt > attempt)
        throw conflict(jobKey, 'was cancelled, or a later attempt has begun');
      const { model, run, specDigest } = job;
      const admission = await jobs.ledger.admit(
        { jobKey, intent, attempt, model, run, specDigest, jobDigest, backend },
        {
          budget: job.budget,
          resources: job.resources,
          team: job.team,
          priority: job.priority,
          longestMs: longestMs(job, timing),
          waiter: () => Context.current().info.workflowExecution?.workflowId ?? '',
        },
      );
      if (admission.kind === 'parked') return { intent, attempt, jobKey, backend, parked: admission.parked };
      ({ row } = admission);
    }
    if (row.jobDigest !== jobDigest) throw conflict(jobKey, 'is recorded with other work');
    if (row.state === 'intended' || row.state === 'submitting') await submit(row, request);
    return { intent, attempt, jobKey, backend };
  };
}
