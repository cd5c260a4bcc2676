import type { JobBackend } from '../../../activities/ports/job-backend.js';
import { BACKEND_NAMES, type BackendName } from '../../../contracts/backends/index.js';
import type { BackendConnections } from './connections.js';
import { openKubernetes } from './kubernetes/open.js';
import { openLocalBackend } from './local/local.js';
import { openRayBackend } from './ray/ray.js';
import { openSlurmBackend } from './slurm/slurm.js';
import type { StageOptions } from './stage-job.js';

/** Opens a backend with its connection. */
type Open<Name extends BackendName> = (
  stage: StageOptions,
  connection: NonNullable<BackendConnections[Name]>,
) => JobBackend | Promise<JobBackend>;

/** Every backend. A declared backend without an entry does not compile. */
const BACKENDS: { [Name in BackendName]: Open<Name> } = {
  kubernetes: openKubernetes,
  local: openLocalBackend,
  ray: openRayBackend,
  slurm: openSlurmBackend,
};

async function open<Name extends BackendName>(
  name: Name,
  stage: StageOptions,
  connections: BackendConnections,
): Promise<[Name, JobBackend] | undefined> {
  const connection = connections[name];
  return connection === null ? undefined : [name, await BACKENDS[name](stage, connection)];
}

/** Opens the backends that this installation is connected to. */
export async function openBackends(
  stage: StageOptions,
  connections: BackendConnections,
): Promise<Partial<Record<BackendName, JobBackend>>> {
  const opened = await Promise.all(BACKEND_NAMES.map((name) => open(name, stage, connections)));
  return Object.fromEntries(opened.filter((one) => one !== undefined));
}
