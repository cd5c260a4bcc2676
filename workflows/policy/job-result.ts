import { FailureType, fail } from '../../contracts/failures.js';
import type { JobOutcome } from '../../contracts/job-lease.js';
import type { TrainingJobResult } from '../../contracts/training.js';
import { totalSpend } from './spend.js';

/** The result of a job: that of its last attempt, with the spend of all attempts. */
export function jobResult(
  intent: string,
  { jobKey, attempt, result }: JobOutcome,
  outcomes: JobOutcome[],
): TrainingJobResult {
  if (!result) throw fail(FailureType.JobLost, `${jobKey} has no result`);
  const spend = totalSpend(outcomes.map((outcome) => outcome.spend));
  return { intent, jobKey, attempt, metrics: result.metrics, model: result.model, spend };
}
