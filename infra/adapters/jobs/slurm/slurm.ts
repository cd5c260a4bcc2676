import { userInfo } from 'node:os';
import { join } from 'node:path';
import type {
  JobBackend,
  JobHandle,
  JobRequest,
  SubmitAnswer,
  Unreachable,
} from '../../../../activities/ports/job-backend.js';
import type { JobOrder } from '../../../../activities/ports/job-order.js';
import { isOurs } from '../../../../contracts/job-owner.js';
import { tryLock } from '../lock-file.js';
import { processesBy, signal } from '../process-identity.js';
import { SlurmUnreachable, slurmCommands } from './commands.js';
import type { SlurmConnection } from './connection.js';
import {
  SQUEUE,
  type SlurmJob,
  isOver,
  isQueued,
  parseJobs,
  statusOf,
  statusOfForgotten,
  theOne,
} from './states.js';
import { remedyFor, wordsOf } from './refusals.js';
import { batchScript, commentOf, labelsOf, sbatchArguments } from './submission.js';
import { type StageOptions, folderOf, stageJob } from '../stage-job.js';

/**
 * Variables of the submitting machine that a job must not inherit: its node has its own, and Slurm assigns the
 * GPUs.
 */
const OF_THE_SUBMITTER = /^(TMPDIR|CUDA_VISIBLE_DEVICES|NVIDIA_VISIBLE_DEVICES)$/;
/**
 * Age up to which `status` reuses the last queue listing. So squeue runs once in this time, however many jobs are
 * watched.
 */
const PICTURE_MS = 1_000;

async function orUnreachable<T>(work: () => Promise<T>): Promise<T | Unreachable> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof SlurmUnreachable) return { kind: 'unreachable', reason: error.message };
    throw error;
  }
}

/**
 * Jobs of a Slurm cluster, through Slurm's own commands. A job is identified by its name and its comment, never by
 * its number alone.
 */
export function openSlurmBackend(options: StageOptions, { conf }: SlurmConnection): JobBackend {
  const slurm = slurmCommands({ conf, environment: options.environment });
  /** Restricts squeue to the jobs of this user. */
  const mine = `--user=${userInfo().uid}`;

  let picture: { at: number; jobs: Promise<SlurmJob[]> } | undefined;
  /**
   * @param maxAgeMs age up to which the last listing is reused; 0 for a fresh one
   * @throws SlurmUnreachable
   */
  function jobsOf(maxAgeMs: number): Promise<SlurmJob[]> {
    if (picture && Date.now() - picture.at < maxAgeMs) return picture.jobs;
    const jobs = slurm.squeue([...SQUEUE, mine]).then(parseJobs);
    const taken = { at: Date.now(), jobs };
    picture = taken;
    // A failed listing is not reused.
    jobs.catch(() => {
      if (picture === taken) picture = undefined;
    });
    return jobs;
  }

  const handleOf = (job: SlurmJob): JobHandle => ({
    jobKey: job.name,
    nativeId: job.id,
    // The comment, because the start time changes when an operator requeues a job.
    nativeUid: job.comment,
  });

  const isOurJob = ({ name, comment }: SlurmJob): boolean =>
    isOurs({ jobKey: name, engineId: labelsOf(comment).engineId }, options.engineId);
  /** The jobs of this installation's attempt, by its name, and by its comment where that is known. */
  const named = (jobs: SlurmJob[], { jobKey, nativeUid }: Pick<JobHandle, 'jobKey' | 'nativeUid'>) =>
    jobs.filter(
      (job) => job.name === jobKey && isOurJob(job) && (nativeUid === null || job.comment === nativeUid),
    );

  const find = async (jobKey: string) => {
    // Also a job of another installation: its name is then taken, and dispatch refuses to adopt it.
    const job = theOne((await jobsOf(0)).filter(({ name }) => name === jobKey));
    return job && { handle: handleOf(job), ...labelsOf(job.comment) };
  };

  async function sbatch(request: JobRequest): Promise<SubmitAnswer> {
    const { command, cwd, env, log } = await stageJob(options, request);
    const ours = Object.entries(env).filter(([name]) => !OF_THE_SUBMITTER.test(name));
    const answer = await slurm.run('sbatch', sbatchArguments(request, { log, cwd, now: Date.now() }), {
      input: batchScript(command, cwd, request.order.resources),
      env: { ...Object.fromEntries(ours), MAINSPRING_SUBMITS: request.jobKey },
    });
    const words = `sbatch: ${wordsOf(answer.stderr) || slurm.lastLine(answer)}`;
    if (answer.code === null)
      return {
        kind: 'unknown',
        reason: `sbatch did not end in time (${wordsOf(answer.stderr) || 'silent'})`,
      };
    if (answer.code !== 0) {
      const remedy = remedyFor(answer.stderr);
      if (remedy === null) return { kind: 'unknown', reason: words };
      return { kind: 'refused', reason: `${words}. ${remedy}` };
    }
    // `id`, or `id;cluster`.
    const [, nativeId] = /^(\d+)(;.*)?$/m.exec(answer.stdout) ?? [];
    if (nativeId === undefined) return { kind: 'unknown', reason: `no number of a job from ${words}` };
    return {
      kind: 'accepted',
      handle: { jobKey: request.jobKey, nativeId, nativeUid: commentOf(request) },
    };
  }

  /** Processes of sbatch that a worker of this installation left behind. */
  const submitters = (jobKey: string) =>
    processesBy((environment) => {
      const isIts = environment.get('MAINSPRING_SUBMITS') === jobKey;
      const owner = { jobKey, engineId: environment.get('MAINSPRING_ENGINE_ID') };
      return isIts && isOurs(owner, options.engineId) ? true : undefined;
    });

  async function submit(request: JobRequest): Promise<SubmitAnswer> {
    const { jobKey } = request;
    const folder = folderOf(options, jobKey);
    await folder.create();
    // Slurm accepts one name many times. Workers of one machine take turns here; those of two machines are
    // separated by the claim.
    const lock = await tryLock(join(folder.path, 'lock'));
    if (!lock) return { kind: 'duplicate' };
    try {
      // If no controller answers, sbatch waits for one and outlives the worker that started it. Kill such a
      // process.
      if (lock.afterCrash) for (const { pid } of await submitters(jobKey)) signal(pid, 'SIGKILL');
      if (await find(jobKey)) return { kind: 'duplicate' };
      return await sbatch(request);
    } catch (error) {
      if (error instanceof SlurmUnreachable) return { kind: 'unknown', reason: error.message };
      throw error;
    } finally {
      await lock.release();
    }
  }

  return {
    listedWithinMs: 3_000,
    pollMs: 1_000,
    submit,
    find: (jobKey) =>
      orUnreachable(async () => {
        const found = await find(jobKey);
        return found ? { kind: 'found', ...found } : { kind: 'absent' };
      }),
    list: (engineId) =>
      orUnreachable(async () => ({
        kind: 'listed',
        jobs: (await jobsOf(0))
          .filter((job) => !isOver(job) && labelsOf(job.comment).engineId === engineId)
          .map((job) => ({
            handle: handleOf(job),
            jobDigest: labelsOf(job.comment).jobDigest,
            state: isQueued(job) ? 'queued' : 'running',
          })),
      })),
    status: (handle) =>
      orUnreachable(async () => {
        const job = theOne(named(await jobsOf(PICTURE_MS), handle));
        if (job && !isOver(job)) return statusOf(job, undefined, undefined);
        const folder = folderOf(options, handle.jobKey);
        const record = await folder.lastExit();
        if (job)
          return statusOf(job, record, await folder.read<JobOrder>('order.json'), await folder.hasLog());
        return record ? statusOfForgotten(record) : { kind: 'absent' };
      }),
    cancel: async (handle, { kill }) => {
      const ids = named(await jobsOf(0), handle)
        .filter((job) => !isOver(job))
        .map(({ id }) => id);
      if (ids.length === 0) return;
      if (kill) {
        await slurm.scancel(['--full', '--signal=KILL', ...ids]);
        await slurm.scancel(ids);
      } else {
        await slurm.scancel(['--state=PENDING', ...ids]);
        // Signal the wrappers alone, so that they have the grace of their order. A plain scancel would kill them
        // after Slurm's KillWait.
        const order = await folderOf(options, handle.jobKey).read<JobOrder>('order.json');
        const batch = (order?.resources.nodes ?? 1) === 1 ? ['--batch'] : [];
        await slurm.scancel([...batch, '--signal=TERM', ...ids]);
      }
    },
    logTail: ({ jobKey }, bytes) => folderOf(options, jobKey).logTail(bytes),
  };
}
