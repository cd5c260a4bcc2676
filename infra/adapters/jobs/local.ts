import { spawn } from 'node:child_process';
import { open } from 'node:fs/promises';
import { constants, getPriority, setPriority } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type {
  JobBackend,
  JobHandle,
  JobRequest,
  SubmitAnswer,
} from '../../../activities/ports/job-backend.js';
import { tryLock } from './lock-file.js';
import {
  type ProcessIdentity,
  isAlive,
  processesWith,
  signal,
  startTimeOf,
  valuesOf,
} from './process-identity.js';
import { type StageOptions, folderOf, jobKeysIn, marks, stageJob } from './stage-job.js';

/** The wrapper's process of an attempt, as it was submitted. */
interface JobProcess extends ProcessIdentity {
  engineId: string;
  jobDigest: string;
}

/** Kill everything that carries the job's mark, and see it dead: a trainer can outlive a wrapper that was killed. */
async function killAll(jobKey: string): Promise<void> {
  for (;;) {
    const left = await processesWith(...marks(jobKey));
    if (left.length === 0) return;
    for (const { pid } of left) signal(pid, 'SIGKILL');
    await sleep(20);
  }
}

/** Trainers take every core that is free; workers and gateway, on the same machine, answer first. */
function giveWay(pid: number): void {
  try {
    const low = constants.priority.PRIORITY_BELOW_NORMAL;
    // An engine that runs at a lower priority still may not raise that of its jobs.
    if (getPriority(pid) < low) setPriority(pid, low);
  } catch {
    // Over already, or not allowed here: a job that has started is recorded whatever its priority.
  }
}

/** Jobs as processes of this machine. They belong to nobody: they survive the worker and the whole stack. */
export function openLocalBackend(options: StageOptions): JobBackend {
  const submitted = (jobKey: string) => folderOf(options, jobKey).read<JobProcess>('process.json');
  const handleOf = (jobKey: string, { pid, startTime }: ProcessIdentity): JobHandle => ({
    jobKey,
    nativeId: String(pid),
    nativeUid: startTime,
  });

  async function start(request: JobRequest): Promise<ProcessIdentity> {
    const { command, cwd, env, log: path } = await stageJob(options, request);
    const log = await open(path, 'a');
    try {
      const [program, ...args] = command;
      const child = spawn(program, args, { cwd, detached: true, stdio: ['ignore', log.fd, log.fd], env });
      child.unref();
      await new Promise((resolve, reject) => {
        child.once('spawn', resolve);
        child.once('error', reject);
      });
      const pid = child.pid ?? 0;
      giveWay(pid);
      // Over already: a start time that no process has.
      return { pid, startTime: (await startTimeOf(pid)) ?? 'over' };
    } finally {
      await log.close();
    }
  }

  async function submit(request: JobRequest): Promise<SubmitAnswer> {
    const { jobKey, engineId, jobDigest, order } = request;
    const { nodes } = order.resources;
    if (nodes > 1)
      return {
        kind: 'refused',
        reason: `training.resources.nodes is ${nodes}; this is one machine. Set it to 1, or training.backend to slurm`,
      };
    const folder = folderOf(options, jobKey);
    await folder.create();
    const lock = await tryLock(join(folder.path, 'lock'));
    if (!lock) return { kind: 'duplicate' };
    try {
      if (await submitted(jobKey)) return { kind: 'duplicate' };
      // Whoever held the lock may have died between the start of the process and the record of it.
      const [orphan] = lock.afterCrash ? await processesWith(marks(jobKey)[0]) : [];
      const identity = orphan ?? (await start(request));
      const record: JobProcess = { ...identity, engineId, jobDigest };
      await folder.writeWhole('process.json', record);
      return { kind: 'accepted', handle: handleOf(jobKey, identity) };
    } finally {
      await lock.release();
    }
  }

  return {
    settlingMs: 1_000,
    pollMs: 100,
    submit,
    find: async (jobKey) => {
      const found = await submitted(jobKey);
      if (!found) return { kind: 'absent' };
      const { engineId, jobDigest } = found;
      return { kind: 'found', handle: handleOf(jobKey, found), engineId, jobDigest };
    },
    list: async (engineId) => {
      const found = await Promise.all(
        (await jobKeysIn(options)).map(async (jobKey) => ({ jobKey, job: await submitted(jobKey) })),
      );
      // A trainer that outlived its wrapper is a job that runs as well.
      const running = await valuesOf('MAINSPRING_JOB_KEY', 'TRAINER_JOB_KEY');
      const jobs = await Promise.all(
        found.map(async ({ jobKey, job }) =>
          job?.engineId === engineId && (running.has(jobKey) || (await isAlive(job)))
            ? [{ handle: handleOf(jobKey, job), jobDigest: job.jobDigest, state: 'running' as const }]
            : [],
        ),
      );
      return { kind: 'listed', jobs: jobs.flat() };
    },
    status: async ({ jobKey }) => {
      const found = await submitted(jobKey);
      if (!found) return { kind: 'absent' };
      if (await isAlive(found)) return { kind: 'running' };
      const exit = await folderOf(options, jobKey).exit(found.pid);
      if (exit) {
        const { ended, usage } = exit;
        const timedOut = ended.cause === 'deadline' ? 'timedOut' : null;
        return { kind: 'ended', exitCode: ended.code, class: timedOut, reason: ended.reason, spend: usage };
      }
      await killAll(jobKey);
      return { kind: 'ended', exitCode: null, class: null, reason: '', spend: null };
    },
    cancel: async ({ jobKey }, { kill }) => {
      const found = await submitted(jobKey);
      if (!found) return;
      // TERM to the wrapper alone: it passes it on, and uploads the last checkpoint. What outlived it is told nothing any more.
      if (kill || !(await isAlive(found))) await killAll(jobKey);
      else signal(found.pid, 'SIGTERM');
    },
    logTail: ({ jobKey }, bytes) => folderOf(options, jobKey).logTail(bytes),
  };
}
