import { digestOf } from '../../contracts/digest.js';
import { bytesOf } from '../../contracts/spec/units.js';
import type { TrainingJobInput } from '../../contracts/training.js';
import type { JobOrder, LeaseTiming } from '../ports/job-order.js';
import { rungsOf } from './policy/halving.js';

/**
 * What an intent trains. The deadline is left out: a lifecycle that is reset computes another one, and means the same job.
 */
export const jobDigestOf = (job: TrainingJobInput): string =>
  digestOf({
    intent: job.intent,
    command: job.command,
    code: job.code.sha256,
    environment: job.environment.sha256,
    channels: Object.fromEntries(
      Object.entries(job.channels).map(([name, table]) => [name, table.artifact.sha256]),
    ),
    columns: job.columns,
    params: job.params,
    resources: job.resources,
    seed: job.seed,
    objective: job.objective,
  });

function rungsFor({ trial, objective }: TrainingJobInput): Pick<JobOrder, 'rungs'> {
  const stopping = trial?.earlyStopping;
  return stopping && objective !== null ? { rungs: { metric: objective, steps: rungsOf(stopping) } } : {};
}

export function orderOf(
  job: TrainingJobInput,
  {
    jobKey,
    attempt,
    memoryFactor,
    devices,
  }: { jobKey: string; attempt: number; memoryFactor: number; devices?: number[] | null },
  timing: LeaseTiming,
): JobOrder {
  const memory = `${Math.ceil((bytesOf(job.resources.memory) * memoryFactor) / 2 ** 20)}MiB`;
  return {
    intent: job.intent,
    jobKey,
    attempt,
    runId: `${job.model}/${job.run}`,
    command: job.command,
    code: job.code,
    environment: job.environment,
    channels: Object.fromEntries(Object.entries(job.channels).map(([name, table]) => [name, table.artifact])),
    columns: job.columns,
    params: job.params,
    resources: { ...job.resources, memory },
    seed: job.seed,
    deadline: job.deadline,
    objective: job.objective,
    ...rungsFor(job),
    ...(devices ? { devices } : {}),
    timing,
  };
}
