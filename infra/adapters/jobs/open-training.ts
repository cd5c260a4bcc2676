import type { Kysely } from 'kysely';
import { join } from 'node:path';
import { defaultTiming } from '../../../activities/ports/job-order.js';
import type { Database } from '../postgres/schema.js';
import { openRungStore } from '../postgres/rungs.js';
import { openTrialStore } from '../postgres/trials.js';
import { openArtifactStore } from '../s3/artifact-store.js';
import { type S3Options, openS3 } from '../s3/client.js';
import { openObjectStore } from '../s3/object-store.js';
import { openSuggester } from '../suggest/optuna.js';
import { openJobStore } from '../postgres/job-store.js';
import { root } from '../../code.js';
import { openBackends } from './backends.js';
import type { BackendConnections } from './connections.js';
import { openPythonEnvironments } from './python-environments.js';
import { shareSdk } from './shared-sdk.js';
import type { StageOptions } from './stage-job.js';
import { buildWrapper } from './wrapper-bundle.js';

/** The trainer SDK, which is on the PYTHONPATH of every job. */
const SDK = join(root, 'trainers', 'python');

/** Opens the dependencies of `createTrainingActivities`, with the backends of this installation. */
export async function openTraining(options: {
  /** Data folder of this machine. */
  dataDir: string;
  /** Folder of jobs, their environments and inputs. On a cluster: a disk that all machines see at this path. */
  jobsDir: string;
  /** The interpreter that environments are created with. */
  python: string;
  engineId: string;
  s3: S3Options;
  db: Kysely<Database>;
  /** Most bytes that a trainer may write into its folder. */
  jobDiskBytes: number;
  /** The job backends; null for one that is not connected. */
  backends: BackendConnections;
  /** Environment of the process. Jobs inherit variables such as PATH from it, and pip its configuration. */
  environment: NodeJS.ProcessEnv;
}) {
  const { dataDir, jobsDir, python, engineId, jobDiskBytes, s3, db, environment } = options;
  const client = openS3(s3);
  const cache = join(jobsDir, 'cache');
  const artifacts = openArtifactStore(client, s3.bucket, join(dataDir, 'cache'));
  const wrapper = await buildWrapper(jobsDir);
  const sdk = await shareSdk(SDK, jobsDir);
  const engineDirs = [...new Set([dataDir, jobsDir])];
  const stage: StageOptions = {
    ...{ engineId, dataDir: jobsDir, engineDirs, jobDiskBytes },
    ...{ wrapper, sdk, cache, s3, environment },
  };
  const environments = openPythonEnvironments({ dataDir: jobsDir, python, artifacts, environment });
  return {
    jobs: openJobStore(db),
    backends: await openBackends(stage, options.backends),
    objects: openObjectStore(client, s3.bucket),
    artifacts,
    environments,
    rungs: openRungStore(db),
    trials: openTrialStore(db),
    suggester: openSuggester({ environments, artifacts, environment }),
    engineId,
    timing: defaultTiming,
  };
}
