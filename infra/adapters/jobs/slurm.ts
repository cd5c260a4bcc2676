import { userInfo } from 'node:os';
import { join } from 'node:path';
import type {
  JobBackend,
  JobHandle,
  JobRequest,
  SubmitAnswer,
  Unreachable,
} from '../../../activities/ports/job-backend.js';
import type { JobOrder } from '../../../activities/ports/job-order.js';
import { tryLock } from './lock-file.js';
import { processesWith, signal } from './process-identity.js';
import { SlurmUnreachable, slurmCommands } from './slurm-commands.js';
import {
  SQUEUE,
  type SlurmJob,
  isOver,
  isQueued,
  parseJobs,
  statusOf,
  statusOfForgotten,
  theOne,
} from './slurm-states.js';
import { remedyFor, wordsOf } from './slurm-refusals.js';
import { batchScript, commentOf, labelsOf, sbatchArguments } from './slurm-submission.js';
import { type StageOptions, folderOf, stageJob } from './stage-job.js';

/** What belongs to the machine that submits: the node has its own, and Slurm gives out the GPUs. */
const OF_THE_SUBMITTER = /^(TMPDIR|CUDA_VISIBLE_DEVICES|NVIDIA_VISIBLE_DEVICES)$/;
/** How old a picture of the queue may be for `status`: however many jobs are watched, squeue runs once in this time. */
const PICTURE_MS = 1_000;

async function orUnreachable<T>(work: () => Promise<T>): Promise<T | Unreachable> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof SlurmUnreachable) return { kind: 'unreachable', reason: error.message };
    throw error;
  }
}

/** Jobs of a Slurm cluster, by its own commands. A job is known by its name and its comment, never by its number alone. */
export function openSlurmBackend(options: StageOptions, { conf }: { conf: string | null }): JobBackend {
  const slurm = slurmCommands({ conf, environment: options.environment });
  /** Slurm can tell the jobs of one user from all others by itself. */
  const mine = `--user=${userInfo().uid}`;

  let picture: { at: number; jobs: Promise<SlurmJob[]> } | undefined;
  /** @param maxAgeMs 0: what is true from now on @throws SlurmUnreachable */
  function jobsOf(maxAgeMs: number): Promise<SlurmJob[]> {
    if (picture && Date.now() - picture.at < maxAgeMs) return picture.jobs;
    const jobs = slurm.squeue([...SQUEUE, mine]).then(parseJobs);
    const taken = { at: Date.now(), jobs };
    picture = taken;
    // An answer that did not come is asked for again.
    jobs.catch(() => {
      if (picture === taken) picture = undefined;
    });
    return jobs;
  }

  const handleOf = (job: SlurmJob): JobHandle => ({
    jobKey: job.name,
    nativeId: job.id,
    // Not a start time, which changes when an operator puts a job back into the queue.
    nativeUid: job.comment,
  });

  /** Jobs of an attempt: of its name, and of its comment where that is known. */
  const named = (jobs: SlurmJob[], { jobKey, nativeUid }: Pick<JobHandle, 'jobKey' | 'nativeUid'>) =>
    jobs.filter(({ name, comment }) => name === jobKey && (nativeUid === null || comment === nativeUid));

  const find = async (jobKey: string) => {
    const job = theOne(named(await jobsOf(0), { jobKey, nativeUid: null }));
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

  async function submit(request: JobRequest): Promise<SubmitAnswer> {
    const { jobKey } = request;
    const folder = folderOf(options, jobKey);
    await folder.create();
    // Slurm takes a name as often as it is submitted: workers of one machine queue here, those of two meet at the claim.
    const lock = await tryLock(join(folder.path, 'lock'));
    if (!lock) return { kind: 'duplicate' };
    try {
      // While the controller is away sbatch waits for it, and outlives the worker that started it.
      for (const { pid } of lock.afterCrash ? await processesWith(`MAINSPRING_SUBMITS=${jobKey}`) : [])
        signal(pid, 'SIGKILL');
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
    settlingMs: 3_000,
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
        if (job) return statusOf(job, record, await folder.read<JobOrder>('order.json'));
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
        // To the wrappers alone, which have the grace of their order; a whole scancel would kill them after Slurm's KillWait.
        const order = await folderOf(options, handle.jobKey).read<JobOrder>('order.json');
        const batch = (order?.resources.nodes ?? 1) === 1 ? ['--batch'] : [];
        await slurm.scancel([...batch, '--signal=TERM', ...ids]);
      }
    },
    logTail: ({ jobKey }, bytes) => folderOf(options, jobKey).logTail(bytes),
  };
}
