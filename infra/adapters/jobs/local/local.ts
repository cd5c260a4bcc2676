import { spawn } from 'node:child_process';
import { open } from 'node:fs/promises';
import { constants } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type {
  JobBackend,
  JobHandle,
  JobRequest,
  SubmitAnswer,
} from '../../../../activities/ports/job-backend.js';
import { isOurs } from '../../../../contracts/job-owner.js';
import { giveWay } from '../../../give-way.js';
import { tryLock } from '../lock-file.js';
import { type ProcessIdentity, isAlive, processesBy, signal, startTimeOf } from '../process-identity.js';
import { type StageOptions, folderOf, jobKeyOfProcess, jobKeysIn, stageJob } from '../stage-job.js';

/** The wrapper process of an attempt. */
interface JobProcess extends ProcessIdentity {
  engineId: string;
  jobDigest: string;
}

/**
 * Niceness of jobs: trainers use every free core, but workers and the gateway on the same machine must answer first.
 */
const NICENESS = constants.priority.PRIORITY_BELOW_NORMAL;

/**
 * Jobs as processes of this machine. They are not children of the worker: they survive the worker and the whole
 * stack.
 */
export function openLocalBackend(options: StageOptions): JobBackend {
  /** The record of a job, whichever installation started it: the jobs folder may be shared. */
  const recorded = (jobKey: string) => folderOf(options, jobKey).read<JobProcess>('process.json');
  const submitted = async (jobKey: string): Promise<JobProcess | undefined> => {
    const found = await recorded(jobKey);
    return found && isOurs({ jobKey, engineId: found.engineId }, options.engineId) ? found : undefined;
  };
  const ours = (environment: ReadonlyMap<string, string>) => jobKeyOfProcess(options, environment);
  const processesOf = (jobKey: string) =>
    processesBy((environment) => (ours(environment) === jobKey ? environment : undefined));

  /** Kill all processes of the job and wait until they are dead: a trainer can outlive a killed wrapper. */
  async function killAll(jobKey: string): Promise<void> {
    for (;;) {
      const left = await processesOf(jobKey);
      if (left.length === 0) return;
      for (const { pid } of left) signal(pid, 'SIGKILL');
      await sleep(20);
    }
  }

  const handleOf = (jobKey: string, { pid, startTime }: ProcessIdentity): JobHandle => ({
    jobKey,
    nativeId: String(pid),
    nativeUid: startTime,
  });

  async function start(request: JobRequest): Promise<ProcessIdentity> {
    const {
      command,
      cwd,
      env,
      log: path,
    } = await stageJob(options, request, {
      isSharedMachine: true,
    });
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
      giveWay(pid, NICENESS);
      // The process is over already; use a start time that no process has.
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
      if (await recorded(jobKey)) return { kind: 'duplicate' };
      // The previous holder of the lock may have died after it started the process and before it recorded it.
      const left = lock.afterCrash ? await processesOf(jobKey) : [];
      const orphan = left.find(({ picked }) => picked.has('MAINSPRING_JOB_KEY'));
      const { pid, startTime } = orphan ?? (await start(request));
      const identity = { pid, startTime };
      const record: JobProcess = { ...identity, engineId, jobDigest };
      await folder.writeWhole('process.json', record);
      return { kind: 'accepted', handle: handleOf(jobKey, identity) };
    } finally {
      await lock.release();
    }
  }

  return {
    listedWithinMs: 1_000,
    pollMs: 100,
    submit,
    find: async (jobKey) => {
      const found = await recorded(jobKey);
      if (!found) return { kind: 'absent' };
      const { engineId, jobDigest } = found;
      return { kind: 'found', handle: handleOf(jobKey, found), engineId, jobDigest };
    },
    list: async (engineId) => {
      const found = await Promise.all(
        (await jobKeysIn(options)).map(async (jobKey) => ({ jobKey, job: await recorded(jobKey) })),
      );
      // A trainer that outlived its wrapper also counts as a running job.
      const running = new Set((await processesBy(ours)).map(({ picked }) => picked));
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
      // TERM goes to the wrapper alone: it passes the signal on and uploads the last checkpoint. A trainer that
      // outlived its wrapper is killed.
      if (kill || !(await isAlive(found))) await killAll(jobKey);
      else signal(found.pid, 'SIGTERM');
    },
    logTail: async ({ jobKey }, bytes) =>
      (await submitted(jobKey)) ? folderOf(options, jobKey).logTail(bytes) : '',
  };
}
