import { join } from 'node:path';
import type {
  JobBackend,
  JobHandle,
  JobRequest,
  SubmitAnswer,
  Unreachable,
} from '../../../../activities/ports/job-backend.js';
import { isOurs } from '../../../../contracts/job-owner.js';
import { bytesOf } from '../../../../contracts/primitives/size.js';
import { tryLock } from '../lock-file.js';
import { type RayJob, type RaySubmission, RayUnreachable, openRayJobsApi } from './jobs-api.js';
import type { RayConnection } from './connection.js';
import { statusOf, statusWithoutJob } from './status.js';
import { shellWords } from '../shell-words.js';
import { type StageOptions, folderOf, stageJob } from '../stage-job.js';

/**
 * Variables of the submitting machine that a job must not inherit: its node has its own, and Ray assigns the GPUs.
 */
const OF_THE_SUBMITTER = /^(HOME|USER|LOGNAME|TMPDIR|CUDA_.*|NVIDIA_.*)$/;
/**
 * Time after the trainer's grace in which the wrapper uploads the last checkpoint; then Ray kills the remaining
 * processes.
 */
const UPLOAD_SECONDS = 10;
/** Smallest share of a resource: any share of the node's own resource requests a node that has it. */
const A_NODE_WITH = 0.001;

const handleOf = (jobKey: string): JobHandle => ({ jobKey, nativeId: jobKey, nativeUid: null });

async function orUnreachable<T>(work: () => Promise<T>): Promise<T | Unreachable> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof RayUnreachable) return { kind: 'unreachable', reason: error.message };
    throw error;
  }
}

/** Jobs of a Ray cluster, through the Jobs REST API of its head. The job key of the attempt is the submission id. */
export function openRayBackend(options: StageOptions, connection: RayConnection): JobBackend {
  const api = openRayJobsApi(connection);

  async function submissionOf(request: JobRequest): Promise<RaySubmission> {
    const { jobKey, engineId, jobDigest, order } = request;
    const { cpus, gpus, gpuType, memory } = order.resources;
    const { command, cwd, env, log } = await stageJob(options, request);
    const ours = Object.entries(env)
      .filter(([name]) => !OF_THE_SUBMITTER.test(name))
      .map(([name, value]) => `${name}=${value}`);
    return {
      submission_id: jobKey,
      // `exec`, so that signals and the exit code are the wrapper's. The cluster's token is removed, because a job
      // does not need it. The wrapper's variables are not in runtime_env, because Ray's own supervisor would get
      // them too, including PATH and the job's mark.
      entrypoint: `cd ${shellWords([cwd])} && unset RAY_AUTH_TOKEN && exec env ${shellWords([...ours, ...command])} >>${shellWords([log])} 2>&1`,
      runtime_env: {
        env_vars: {
          RAY_JOB_STOP_WAIT_TIME_S: String(Math.ceil(order.timing.graceMs / 1000) + UPLOAD_SECONDS),
        },
      },
      metadata: { engineId, jobDigest },
      entrypoint_num_cpus: cpus,
      entrypoint_num_gpus: gpus,
      entrypoint_memory: bytesOf(memory),
      entrypoint_resources: gpuType === undefined ? {} : { [`accelerator_type:${gpuType}`]: A_NODE_WITH },
    };
  }

  async function submit(request: JobRequest): Promise<SubmitAnswer> {
    const { jobKey, order } = request;
    if (order.resources.nodes > 1)
      return {
        kind: 'refused',
        reason: `training.resources.nodes is ${order.resources.nodes}; Ray jobs run on one node. Set it to 1, or training.backend to slurm or kubernetes`,
      };
    const folder = folderOf(options, jobKey);
    await folder.create();
    // Two simultaneous submits of one id could make both fail, so submits of one machine take turns.
    const lock = await tryLock(join(folder.path, 'lock'));
    if (!lock) return { kind: 'duplicate' };
    try {
      const answer = await api.submit(await submissionOf(request));
      return answer.kind === 'accepted' ? { kind: 'accepted', handle: handleOf(jobKey) } : answer;
    } catch (error) {
      if (error instanceof RayUnreachable) return { kind: 'unknown', reason: error.message };
      throw error;
    } finally {
      await lock.release();
    }
  }

  /** A driver that a person connected has no submission id, so it never counts as ours. */
  const labelled = ({ metadata }: RayJob) => ({
    engineId: metadata?.['engineId'] ?? '',
    jobDigest: metadata?.['jobDigest'] ?? '',
  });

  /** The job of this key, if it is this installation's. */
  const ownJob = async (jobKey: string): Promise<RayJob | undefined> => {
    const job = await api.get(jobKey);
    return job && isOurs({ jobKey, engineId: labelled(job).engineId }, options.engineId) ? job : undefined;
  };

  return {
    listedWithinMs: 5_000,
    pollMs: 1_000,
    submit,
    find: (jobKey) =>
      orUnreachable(async () => {
        const job = await api.get(jobKey);
        return job ? { kind: 'found', handle: handleOf(jobKey), ...labelled(job) } : { kind: 'absent' };
      }),
    list: (engineId) =>
      orUnreachable(async () => ({
        kind: 'listed',
        jobs: (await api.list()).flatMap((job) => {
          const { submission_id: jobKey, status } = job;
          if (!jobKey || labelled(job).engineId !== engineId) return [];
          if (status !== 'PENDING' && status !== 'RUNNING') return [];
          const { jobDigest } = labelled(job);
          return [
            { handle: handleOf(jobKey), jobDigest, state: status === 'PENDING' ? 'queued' : 'running' },
          ];
        }),
      })),
    status: ({ jobKey }) =>
      orUnreachable(async () => {
        const job = await ownJob(jobKey);
        const record = await folderOf(options, jobKey).lastExit();
        return job ? statusOf(job, record) : statusWithoutJob(record);
      }),
    // Ray has one kind of stop: TERM to all processes of the job, and KILL after the wait time given at its submit.
    cancel: async ({ jobKey }) => {
      if (await ownJob(jobKey)) await api.stop(jobKey);
    },
    logTail: ({ jobKey }, bytes) => folderOf(options, jobKey).logTail(bytes),
  };
}
