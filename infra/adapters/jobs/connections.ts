import type { z } from 'zod';
import type { BackendName } from '../../../contracts/backends/index.js';
import { kubernetesConnection } from './kubernetes/connection.js';
import { localConnection } from './local/connection.js';
import { rayConnection } from './ray/connection.js';
import { slurmConnection } from './slurm/connection.js';

/** How every backend is configured. A declared backend without an entry does not compile. */
const CONNECTIONS = {
  local: localConnection,
  slurm: slurmConnection,
  ray: rayConnection,
  kubernetes: kubernetesConnection,
} satisfies Record<BackendName, unknown>;

type Intersection<Union> = (Union extends unknown ? (one: Union) => void : never) extends (
  all: infer All,
) => void
  ? All
  : never;
type Variables = Intersection<(typeof CONNECTIONS)[BackendName]['variables']>;

/** The connection of every backend; null if the installation is not connected to it. */
export type BackendConnections = {
  [Name in BackendName]: ReturnType<(typeof CONNECTIONS)[Name]['read']>;
};

const kinds = Object.values(CONNECTIONS);

/** Environment variables of all backends. */
export const backendVariables = Object.assign({}, ...kinds.map(({ variables }) => variables)) as Variables;

/** Variables of backends whose value no message may show. */
export const backendSecrets: readonly string[] = kinds.flatMap(({ secrets }) => secrets);

/** The connections that the variables describe. */
export const backendConnections = (values: z.output<z.ZodObject<Variables>>): BackendConnections =>
  Object.fromEntries(
    Object.entries(CONNECTIONS).map(([name, { read }]) => [
      name,
      (read as (all: typeof values) => unknown)(values),
    ]),
  ) as BackendConnections;
