import { setTimeout as sleep } from 'node:timers/promises';
import { Context } from '@temporalio/activity';
import { FailureType, fail, parseOrFail } from '../../contracts/failures.js';
import { isOurs } from '../../contracts/job-owner.js';
import { DispatchJobInput, type DispatchedJob } from '../../contracts/job-lease.js';
import type { TrainingJobInput } from '../../contracts/training.js';
import type { FindAnswer, JobHandle } from '../ports/job-backend.js';
import type { LeaseTiming } from '../ports/job-order.js';
import type { JobRow } from '../ports/job-row.js';
import { advance } from './advance.js';
import { backendOf } from './backend-of.js';
import type { TrainingDeps } from './deps.js';
import { jobKeyOf } from './job-key.js';
import { leaseOf } from './lease-of.js';
import { fence } from './lease/head.js';
import type { Lease } from './lease/lease.js';
import { jobDigestOf, orderOf } from './order.js';

const conflict = (jobKey: string, what: string) =>
  fail(FailureType.JobConflict, `${jobKey} ${what}: the same intent must always mean the same work`, {
    remedy: 'Start a new run instead.',
  });

/** Allowance for the last checkpoint upload, clocks that differ, and the polls until the job is seen dead. */
const STOP_MARGIN_MS = 60_000;

/** Longest time from now until the engine has killed the job. The reservation is computed from it. */
const longestMs = ({ deadline }: TrainingJobInput, { graceMs }: LeaseTiming): number =>
  Math.max(0, Date.parse(deadline) - Date.now()) + 2 * graceMs + STOP_MARGIN_MS;

/** Fail early if an input is missing. Otherwise every attempt would fail on the training machine. */
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
      `${gone.uri} (input of ${job.intent}) is not in the object store`,
      { remedy: 'Restore it, or run the step that made it again.' },
    );
}

/**
 * Start an attempt on its backend: fence lower attempts, reserve its cost, write the row, look for the job, and
 * submit it only if it does not exist. If the budget or the pool has no room, the attempt is parked and leaves no
 * row.
 *
 * Idempotent by (intent, attempt); several deliveries, even at the same time, make one job. Short: no heartbeat. A
 * submit with an unknown outcome is retried: the next delivery looks for the job before it submits again.
 *
 * @returns the attempt to watch: an earlier attempt if that one turned out to have a result
 * @throws MainspringFailure `JobConflict`, `ArtifactMissing`, `BudgetNotConfigured`, `BudgetExhausted`,
 * `InvalidInput` (never retried)
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

  /** The handle of this row's job, or undefined if there is no such job. */
  function adopt(row: JobRow, answer: FindAnswer): JobHandle | undefined {
    if (answer.kind === 'unreachable')
      throw new Error(`backend ${row.backend} does not answer: ${answer.reason}`);
    if (answer.kind === 'absent') return undefined;
    if (!isOurs({ jobKey: row.jobKey, engineId: answer.engineId }, engineId))
      throw conflict(row.jobKey, 'belongs to another installation');
    if (answer.jobDigest !== row.jobDigest) throw conflict(row.jobKey, 'exists and does other work');
    return answer.handle;
  }

  async function submit(row: JobRow, lease: Lease, { job, memoryFactor }: DispatchJobInput): Promise<void> {
    const backend = backendOf({ backends }, job.backend);
    // An earlier delivery may have just submitted the job, and the backend may not list it yet: `absent` proves nothing.
    if (row.state === 'submitting') await sleep(backend.listedWithinMs);
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
      order: orderOf(
        job,
        { engineId: lease.engineId, jobKey: row.jobKey, attempt: row.attempt, memoryFactor, devices },
        timing,
      ),
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
    if (answer.kind === 'unknown') await sleep(backend.listedWithinMs);
    const found = adopt(submitting, await backend.find(row.jobKey));
    if (found) return void (await accepted(submitting, found));
    const why = answer.kind === 'unknown' ? answer.reason : 'it is being submitted right now';
    throw new Error(`the outcome of submitting ${row.jobKey} is unknown (${why}): looking for the job again`);
  }

  return async function dispatchJob(input: DispatchJobInput): Promise<DispatchedJob> {
    const request = parseOrFail(DispatchJobInput, input);
    const { job, attempt } = request;
    const { intent, backend } = job;
    const lease = await leaseOf(deps, intent);
    const jobKey = jobKeyOf(lease, attempt);
    const jobDigest = jobDigestOf(job);
    let row = await jobs.get(jobKey);
    if (!row) {
      const [head] = await Promise.all([fence(objects, lease, attempt), checkInputs(deps, job)]);
      if (head.result) {
        const { attempt: first } = head.result;
        return { intent, attempt: first, jobKey: jobKeyOf(lease, first), backend };
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
    if (row.state === 'intended' || row.state === 'submitting') await submit(row, lease, request);
    return { intent, attempt, jobKey, backend };
  };
}
