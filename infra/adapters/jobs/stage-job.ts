import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { JobRequest } from '../../../activities/ports/job-backend.js';
import type { JobSite } from '../../../activities/ports/job-order.js';
import type { S3Options } from '../s3/client.js';
import { isOurs } from '../../../contracts/job-owner.js';
import { environmentPath } from './environment-path.js';
import { jobFolder } from './job-folder.js';

/** The settings that every backend needs to start the wrapper. All machines of a cluster see the same paths. */
export interface StageOptions {
  /** Label of this installation. What carries another one is never found, adopted, ended or removed. */
  engineId: string;
  /** Folder of all files that the engine keeps on this machine, or on the disk that the machines share. */
  dataDir: string;
  /** The bundled wrapper (`buildWrapper`). */
  wrapper: string;
  /** Folder of the trainer SDK. */
  sdk: string;
  /** Read-only copies of inputs, shared with the engine on this machine. */
  cache: string;
  /** The engine's own folders on this machine, which trainers that run on it must not see. Default: `dataDir`. */
  engineDirs?: string[];
  /** Most bytes that a trainer may write into its folder. Default: no limit. */
  jobDiskBytes?: number;
  /** Connection of the wrapper to the object store. The trainer never sees it. */
  s3: S3Options;
  /** Environment that the wrapper inherits, e.g. PATH and CUDA_VISIBLE_DEVICES. */
  environment: NodeJS.ProcessEnv;
}

/** Variables that the wrapper inherits. A part of them is passed to the trainer. */
const INHERITED =
  /^(PATH|HOME|USER|LOGNAME|LANG|LC_.*|TZ|TMPDIR|LD_LIBRARY_PATH|CUDA_.*|NVIDIA_.*|MLFLOW_TRACKING_URI|NODE_EXTRA_CA_CERTS)$/;

/** The folder of an attempt, the same for every backend. */
export const folderOf = ({ dataDir }: Pick<StageOptions, 'dataDir'>, jobKey: string) =>
  jobFolder(join(dataDir, 'jobs'), jobKey);

/** Job keys of all attempts that have a folder. */
export const jobKeysIn = ({ dataDir }: Pick<StageOptions, 'dataDir'>): Promise<string[]> =>
  readdir(join(dataDir, 'jobs')).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return [];
    throw error;
  });

/**
 * The job key of a process of this installation, from its environment; undefined for any other process. A trainer is
 * known by its folder, a wrapper by the engine id.
 */
export function jobKeyOfProcess(
  { dataDir, engineId }: Pick<StageOptions, 'dataDir' | 'engineId'>,
  environment: ReadonlyMap<string, string>,
): string | undefined {
  const jobKey = environment.get('MAINSPRING_JOB_KEY');
  if (jobKey !== undefined)
    return isOurs({ jobKey, engineId: environment.get('MAINSPRING_ENGINE_ID') }, engineId)
      ? jobKey
      : undefined;
  const trained = environment.get('TRAINER_JOB_KEY');
  if (trained === undefined) return undefined;
  const folder = folderOf({ dataDir }, trained).path;
  return environment.get('TRAINER_BASE')?.startsWith(`${folder}/`) === true ? trained : undefined;
}

/**
 * Write an attempt's folder for its wrapper. A repetition writes the same files again.
 *
 * @param isSharedMachine true if the job runs beside the engine. Default: false
 * @returns the command that starts the wrapper (exec form), with its working directory and environment
 */
export async function stageJob(
  options: StageOptions,
  { jobKey, engineId, order }: JobRequest,
  { isSharedMachine = false }: { isSharedMachine?: boolean } = {},
): Promise<{ command: [string, ...string[]]; cwd: string; env: Record<string, string>; log: string }> {
  const folder = folderOf(options, jobKey);
  await folder.create();
  const site: JobSite = {
    directory: folder.path,
    environment: environmentPath(options.dataDir, order.environment),
    sdk: options.sdk,
    cache: options.cache,
    ...(isSharedMachine ? { hide: options.engineDirs ?? [options.dataDir] } : {}),
    ...(options.jobDiskBytes === undefined ? {} : { diskBytes: options.jobDiskBytes }),
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
