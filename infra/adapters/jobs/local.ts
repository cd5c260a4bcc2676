import { spawn } from 'node:child_process';
import { open } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { join } from 'node:path';
import type {
  JobBackend,
  JobHandle,
  JobRequest,
  SubmitAnswer,
} from '../../../activities/ports/job-backend.js';
import type { JobSite } from '../../../activities/ports/job-order.js';
import type { S3Options } from '../s3/client.js';
import { environmentPath } from './environment-path.js';
import { type JobProcess, jobDirectory } from './local-directory.js';
import { tryLock } from './lock-file.js';
import { type ProcessIdentity, isAlive, processesWith, signal, startTimeOf } from './process-identity.js';

export interface LocalBackendOptions {
  /** Folder of everything that the engine keeps on this machine. */
  dataDir: string;
  /** The bundled wrapper (`buildWrapper`). */
  wrapper: string;
  /** Folder of the trainer SDK. */
  sdk: string;
  /** Read-only copies of inputs, shared with the engine on this machine. */
  cache: string;
  /** What the wrapper reaches the object store with; never seen by the trainer. */
  s3: S3Options;
  /** Environment that the wrapper inherits, e.g. PATH and CUDA_VISIBLE_DEVICES. */
  environment: NodeJS.ProcessEnv;
}

/** What the wrapper needs of its surroundings; the trainer sees a part of it. */
const INHERITED =
  /^(PATH|HOME|USER|LOGNAME|LANG|LC_.*|TZ|TMPDIR|LD_LIBRARY_PATH|CUDA_.*|NVIDIA_.*|MLFLOW_TRACKING_URI|NODE_EXTRA_CA_CERTS)$/;

const marks = (jobKey: string) => [`MAINSPRING_JOB_KEY=${jobKey}`, `TRAINER_JOB_KEY=${jobKey}`] as const;

/** Kill everything that carries the job's mark, and see it dead: a trainer can outlive a wrapper that was killed. */
async function killAll(jobKey: string): Promise<void> {
  for (;;) {
    const left = await processesWith(...marks(jobKey));
    if (left.length === 0) return;
    for (const { pid } of left) signal(pid, 'SIGKILL');
    await sleep(20);
  }
}

/** Jobs as processes of this machine. They belong to nobody: they survive the worker and the whole stack. */
export function openLocalBackend(options: LocalBackendOptions): JobBackend {
  const root = join(options.dataDir, 'jobs');
  const handleOf = (jobKey: string, { pid, startTime }: ProcessIdentity): JobHandle => ({
    jobKey,
    nativeId: String(pid),
    nativeUid: startTime,
  });

  async function start(request: JobRequest): Promise<ProcessIdentity> {
    const { jobKey, order } = request;
    const directory = jobDirectory(root, jobKey);
    const site: JobSite = {
      directory: directory.path,
      environment: environmentPath(options.dataDir, order.environment),
      sdk: options.sdk,
      cache: options.cache,
    };
    await directory.writeWhole('order.json', order);
    await directory.writeWhole('site.json', site);
    await directory.writeWhole('secrets.json', options.s3, 0o600);
    const inherited = Object.entries(options.environment).filter(([name]) => INHERITED.test(name));
    const log = await open(directory.log, 'a');
    try {
      const child = spawn(process.execPath, [options.wrapper, directory.path], {
        cwd: directory.path,
        detached: true,
        stdio: ['ignore', log.fd, log.fd],
        env: {
          ...Object.fromEntries(inherited),
          MAINSPRING_JOB_KEY: jobKey,
          MAINSPRING_ENGINE_ID: request.engineId,
        },
      });
      child.unref();
      await new Promise((resolve, reject) => {
        child.once('spawn', resolve);
        child.once('error', reject);
      });
      const pid = child.pid ?? 0;
      // Over already: a start time that no process has.
      return { pid, startTime: (await startTimeOf(pid)) ?? 'over' };
    } finally {
      await log.close();
    }
  }

  async function submit(request: JobRequest): Promise<SubmitAnswer> {
    const { jobKey, engineId, jobDigest } = request;
    const directory = jobDirectory(root, jobKey);
    await directory.create();
    const lock = await tryLock(directory.lock);
    if (!lock) return { kind: 'duplicate' };
    try {
      if (await directory.process()) return { kind: 'duplicate' };
      // Whoever held the lock may have died between the start of the process and the record of it.
      const [orphan] = lock.afterCrash ? await processesWith(marks(jobKey)[0]) : [];
      const identity = orphan ?? (await start(request));
      const record: JobProcess = { ...identity, engineId, jobDigest };
      await directory.writeWhole('process.json', record);
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
      const found = await jobDirectory(root, jobKey).process();
      if (!found) return { kind: 'absent' };
      const { engineId, jobDigest } = found;
      return { kind: 'found', handle: handleOf(jobKey, found), engineId, jobDigest };
    },
    status: async ({ jobKey }) => {
      const directory = jobDirectory(root, jobKey);
      const found = await directory.process();
      if (!found) return { kind: 'absent' };
      if (await isAlive(found)) return { kind: 'running' };
      const exit = await directory.exit(found.pid);
      if (exit) {
        const { ended, usage } = exit;
        const timedOut = ended.cause === 'deadline' ? 'timedOut' : null;
        return { kind: 'ended', exitCode: ended.code, class: timedOut, reason: ended.reason, spend: usage };
      }
      await killAll(jobKey);
      return { kind: 'ended', exitCode: null, class: null, reason: '', spend: null };
    },
    cancel: async ({ jobKey }, { kill }) => {
      const found = await jobDirectory(root, jobKey).process();
      if (!found || !(await isAlive(found))) return;
      // TERM to the wrapper alone: it passes it on, and uploads the last checkpoint.
      if (kill) await killAll(jobKey);
      else signal(found.pid, 'SIGTERM');
    },
    logTail: ({ jobKey }, bytes) => jobDirectory(root, jobKey).logTail(bytes),
  };
}
