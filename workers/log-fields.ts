/** The SDK's metadata of a log line from an activity or a workflow. */
export interface LogMeta {
  workflowId?: string;
  workflowType?: string;
  activityType?: string;
  attempt?: number;
  taskQueue?: string;
}

export interface LogFields {
  model?: string;
  /** The run of the lifecycle. For a training job, `job` holds the whole intent. */
  run?: string;
  stage?: string;
  job?: string;
  attempt?: number;
}

/** Kinds of workflow ids, see contracts/ids.ts: `<kind>/<model>/<run>`, `job/<model>/<run>/<name>`, `<kind>/<model>`. */
const stages: Record<string, string> = {
  lifecycle: 'lifecycle',
  data: 'data',
  study: 'training',
  job: 'training',
  approval: 'approval',
  release: 'release',
  monitor: 'monitoring',
  retraining: 'retraining',
  backfill: 'backfill',
};

const withRun = new Set(['lifecycle', 'data', 'study', 'job', 'backfill']);

/** Business names of a log line: people search for a run and a stage, and not for a Temporal run id. */
export function logFields({ workflowId, activityType, attempt }: LogMeta): LogFields {
  const [kind = '', model, second, ...rest] = (workflowId ?? '').split('/');
  const stage = stages[kind];
  return {
    ...(stage === undefined ? {} : { stage: activityType ? `${stage}/${activityType}` : stage }),
    ...(stage !== undefined && model ? { model } : {}),
    ...(withRun.has(kind) && second ? { run: second } : {}),
    ...(kind === 'job' && rest.length > 0 ? { job: rest.join('/') } : {}),
    ...(attempt === undefined ? {} : { attempt }),
  };
}
