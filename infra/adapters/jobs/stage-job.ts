import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { JobRequest } from '../../../activities/ports/job-backend.js';
import type { JobSite } from '../../../activities/ports/job-order.js';
import type { S3Options } from '../s3/client.js';
import { environmentPath } from './environment-path.js';
import { jobFolder } from './job-folder.js';

/** What every backend needs to start the wrapper. Machines of a cluster see the same paths. */
export interface StageOptions {
  /** Folder of everything that the engine keeps on this machine, or on the disk that the machines share. */
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

/** The folder of an attempt of any backend. */
export const folderOf = ({ dataDir }: Pick<StageOptions, 'dataDir'>, jobKey: string) =>
  jobFolder(join(dataDir, 'jobs'), jobKey);

/** Jobs that have a folder. */
export const jobKeysIn = ({ dataDir }: Pick<StageOptions, 'dataDir'>): Promise<string[]> =>
  readdir(join(dataDir, 'jobs')).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return [];
    throw error;
  });

/** In the environment of every process of a job. */
export const marks = (jobKey: string) =>
  [`MAINSPRING_JOB_KEY=${jobKey}`, `TRAINER_JOB_KEY=${jobKey}`] as const;

/**
 * Lay out an attempt's folder for its wrapper. Repeated, it writes the same again.
 *
 * @returns how the wrapper is started: exec form, the folder as working directory, this environment
 */
export async function stageJob(
  options: StageOptions,
  { jobKey, engineId, order }: JobRequest,
): Promise<{ command: [string, ...string[]]; cwd: string; env: Record<string, string>; log: string }> {
  const folder = folderOf(options, jobKey);
  await folder.create();
  const site: JobSite = {
    directory: folder.path,
    environment: environmentPath(options.dataDir, order.environment),
    sdk: options.sdk,
    cache: options.cache,
  };
  await folder.writeWhole('order.json', order);
  await folder.writeWhole('site.json', site);
  await folder.writeWhole('secrets.json', options.s3, 0o600);
  const inherited = Object.entries(options.environment).filter(
    (entry): entry is [string, string] => INHERITED.test(entry[0]) && entry[1] !== undefined,
  );
  return {
    command: [process.execPath, options.wrapper, folder.path],
    cwd: folder.path,
    env: { ...Object.fromEntries(inherited), MAINSPRING_JOB_KEY: jobKey, MAINSPRING_ENGINE_ID: engineId },
    log: folder.log,
  };
}
