import { join } from 'node:path';
import type {
  JobBackend,
  JobHandle,
  JobRequest,
  SubmitAnswer,
  Unreachable,
} from '../../../activities/ports/job-backend.js';
import { bytesOf } from '../../../contracts/spec/units.js';
import { tryLock } from './lock-file.js';
import { type RayJob, type RaySubmission, RayUnreachable, openRayJobsApi } from './ray-jobs-api.js';
import { statusOf, statusWithoutJob } from './ray-status.js';
import { shellWords } from './shell-words.js';
import { type StageOptions, folderOf, stageJob } from './stage-job.js';

/** What belongs to the machine that submits: the node that runs the job has its own, and Ray gives out the GPUs. */
const OF_THE_SUBMITTER = /^(HOME|USER|LOGNAME|TMPDIR|CUDA_.*|NVIDIA_.*)$/;
/** After its trainer's grace the wrapper uploads the last checkpoint; then Ray kills what is left. */
const UPLOAD_SECONDS = 10;
/** Ray's own idea of "some": any share of the node's one resource asks for a node that has it. */
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

/** Jobs of a Ray cluster, by the Jobs REST API of its head. The attempt's key is the submission id. */
export function openRayBackend(
  options: StageOptions,
  connection: { address: string; token: string | null },
): JobBackend {
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
      // `exec`: signals and the exit code are the wrapper's. The cluster's token is nothing that a job needs. The wrapper's
      // variables are not in runtime_env, because Ray's own supervisor would get them too, PATH and the job's mark among them.
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
    // Two submits of one id at the same moment used to make both fail.
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

  /** A driver that somebody connected has no submission id, and is never ours. */
  const labelled = ({ metadata }: RayJob) => ({
    engineId: metadata?.['engineId'] ?? '',
    jobDigest: metadata?.['jobDigest'] ?? '',
  });

  return {
    settlingMs: 5_000,
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
        const job = await api.get(jobKey);
        const record = await folderOf(options, jobKey).lastExit();
        return job ? statusOf(job, record) : statusWithoutJob(record);
      }),
    // Ray knows one kind of stop: TERM to all processes of the job, KILL after the wait that it was submitted with.
    cancel: ({ jobKey }) => api.stop(jobKey),
    logTail: ({ jobKey }, bytes) => folderOf(options, jobKey).logTail(bytes),
  };
}
