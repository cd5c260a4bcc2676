import { fileURLToPath } from 'node:url';
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
import { openJobStore } from './job-store.js';
import { type KubernetesConfig, openKubernetes } from './kubernetes/open.js';
import { openLocalBackend } from './local.js';
import { openPythonEnvironments } from './python-environments.js';
import { openRayBackend } from './ray.js';
import { shareSdk } from './shared-sdk.js';
import { openSlurmBackend } from './slurm.js';
import type { StageOptions } from './stage-job.js';
import { buildWrapper } from './wrapper-bundle.js';

/** The trainer SDK that every job finds on its PYTHONPATH. */
const SDK = fileURLToPath(new URL('../../../trainers/python', import.meta.url));

/** Everything that `createTrainingActivities` needs, with the backends of this installation. */
export async function openTraining(options: {
  /** Of this machine. */
  dataDir: string;
  /** Folders of jobs, their environments and inputs: on a cluster, a disk that all its machines see at this path. */
  jobsDir: string;
  /** The interpreter that environments are made from. */
  python: string;
  engineId: string;
  s3: S3Options;
  db: Kysely<Database>;
  /** Jobs API of a Ray head; null: not connected. */
  ray: { address: string; token: string | null } | null;
  /** Slurm's commands are on the PATH; null: not connected. */
  slurm: { conf: string | null } | null;
  /** A cluster that runs jobs; null: not connected. */
  kubernetes: KubernetesConfig | null;
  /** The process's environment: jobs inherit PATH and the like from it, pip its configuration. */
  environment: NodeJS.ProcessEnv;
}) {
  const { dataDir, jobsDir, python, engineId, s3, db, ray, slurm, kubernetes, environment } = options;
  const client = openS3(s3);
  const cache = join(jobsDir, 'cache');
  const artifacts = openArtifactStore(client, s3.bucket, join(dataDir, 'cache'));
  const wrapper = await buildWrapper(jobsDir);
  const sdk = await shareSdk(SDK, jobsDir);
  const stage: StageOptions = { dataDir: jobsDir, wrapper, sdk, cache, s3, environment };
  const environments = openPythonEnvironments({ dataDir: jobsDir, python, artifacts, environment });
  return {
    jobs: openJobStore(db),
    backends: {
      local: openLocalBackend(stage),
      ...(slurm && { slurm: openSlurmBackend(stage, slurm) }),
      ...(ray && { ray: openRayBackend(stage, ray) }),
      ...(kubernetes && { kubernetes: await openKubernetes(stage, kubernetes) }),
    },
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
