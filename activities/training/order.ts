import { digestOf } from '../../contracts/digest.js';
import type { Problem } from '../../contracts/problem.js';
import { type Signature, numericSignature } from '../../contracts/signature.js';
import { bytesOf } from '../../contracts/primitives/size.js';
import type { TrainingJobInput } from '../../contracts/training.js';
import type { JobOrder, LeaseTiming } from '../ports/job-order.js';
import { rungsOf } from './policy/halving.js';

/**
 * Problem and signature of the order, if they differ from the defaults. Orders without them keep the digest that they
 * had before these fields existed.
 */
function learnt({ problem, signature, columns }: TrainingJobInput): {
  problem?: Problem;
  signature?: Signature;
} {
  const isNumeric =
    digestOf(signature?.inputs ?? null) === digestOf(numericSignature(columns.features).inputs);
  return {
    ...(problem && problem.type !== 'binary-classification' ? { problem } : {}),
    ...(signature && !isNumeric ? { signature } : {}),
  };
}

/**
 * Digest of the training work of an intent. It leaves out the deadline: a lifecycle that was reset computes another
 * deadline, but means the same job.
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
    ...learnt(job),
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
    engineId,
    jobKey,
    attempt,
    memoryFactor,
    devices,
  }: {
    engineId?: string | undefined;
    jobKey: string;
    attempt: number;
    memoryFactor: number;
    devices?: number[] | null;
  },
  timing: LeaseTiming,
): JobOrder {
  const memory = `${Math.ceil((bytesOf(job.resources.memory) * memoryFactor) / 2 ** 20)}MiB`;
  return {
    intent: job.intent,
    ...(engineId === undefined ? {} : { engineId }),
    jobKey,
    attempt,
    runId: `${job.model}/${job.run}`,
    command: job.command,
    code: job.code,
    environment: job.environment,
    channels: Object.fromEntries(Object.entries(job.channels).map(([name, table]) => [name, table.artifact])),
    columns: job.columns,
    ...(job.problem ? { problem: job.problem } : {}),
    ...(job.signature ? { signature: job.signature } : {}),
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
