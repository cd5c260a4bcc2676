import { FailureType, fail, parseOrFail } from '../../contracts/failures.js';
import { CollectJobInput, type JobOutcome } from '../../contracts/job-lease.js';
import type { JobRow } from '../ports/job-row.js';
import { advance } from './advance.js';
import { backendOf } from './backend-of.js';
import type { TrainingDeps } from './deps.js';
import { handleOf } from './handle.js';
import { lastWords } from './last-words.js';
import { leaseOf } from './lease-of.js';
import { readBeat } from './lease/beat.js';
import { readClaim } from './lease/claim.js';
import { cancelHead, readHead } from './lease/head.js';
import { readResult } from './lease/result.js';
import { outcomeOf, spendOf } from './outcome.js';
import { tellReady } from './tell-ready.js';
import { classify } from './policy/classify.js';
import { isTerminal } from '../../contracts/job-state.js';

/**
 * Settle an attempt that is over: its result if the head points at one, otherwise the reason for the failure; its
 * spend, and the end of its log. The unused part of its reservation is returned to the account, and waiting jobs
 * are told.
 *
 * Idempotent by job key: a settled attempt gives the same outcome again. Short: no heartbeat.
 *
 * @throws MainspringFailure `JobLost` if the job has no row, `ArtifactMissing`, `InvalidInput` (never retried)
 */
export function makeCollectJob(deps: TrainingDeps) {
  const { jobs, objects, artifacts, backends, timing } = deps;
  return async function collectJob(input: CollectJobInput): Promise<JobOutcome> {
    const { jobKey, intent, attempt, backend: name, end } = parseOrFail(CollectJobInput, input);
    const row = await jobs.get(jobKey);
    if (!row)
      throw fail(FailureType.JobLost, `${jobKey} has no row in the jobs table: it was never dispatched`);
    if (isTerminal(row.state) && row.state !== 'lost') return outcomeOf(row);

    // A lost attempt may still be working. Cancelling the head forbids its writes, even if no other attempt
    // follows.
    const lease = await leaseOf(deps, intent);
    const head = await (end === 'lost' ? cancelHead(objects, lease, attempt) : readHead(objects, lease));
    const backend = backendOf({ backends }, name);
    const [status, beat] = await Promise.all([backend.status(handleOf(row)), readBeat(objects, jobKey)]);
    const record = status.kind === 'ended' ? status.spend : null;
    const claim = await readClaim(objects, jobKey);
    const { startedAt } = row;
    const spend = spendOf(record, beat, { startedAt, claim }, { beatMs: timing.beatMs, now: new Date() });
    const settle = async (event: Parameters<typeof advance>[2]): Promise<JobOutcome> => {
      const settled = await advance(jobs, row, event);
      await tellReady(jobs.ledger);
      return outcomeOf(settled);
    };

    if (head?.result?.attempt === attempt) {
      const { metrics, model } = await readResult(artifacts, head.result.manifest);
      return settle({
        type: 'succeeded',
        class: 'succeeded',
        exitCode: 0,
        reason: null,
        logTail: null,
        spend,
        estimated: record === null,
        result: { metrics, model },
        at: new Date(),
      });
    }
    const verdict = classify(end, status, beat?.ended ?? undefined);
    return settle({
      type: stateFor(row, verdict.class),
      ...verdict,
      logTail: await lastWords(objects, backend, handleOf(row), Boolean(beat?.ended)),
      spend,
      estimated: record === null,
      at: new Date(),
    });
  };
}

const stateFor = (row: JobRow, verdict: JobOutcome['class']): 'failed' | 'cancelled' | 'lost' =>
  verdict === 'lost'
    ? 'lost'
    : verdict === 'cancelled' || row.state === 'cancelling'
      ? 'cancelled'
      : 'failed';
