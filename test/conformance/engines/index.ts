import type { BackendName } from '../../../contracts/backends/index.js';
import type { Engine } from '../engine.js';

/** An engine for each backend: one without does not compile. */
const known: Record<BackendName, () => Promise<Engine>> = {
  local: async () => (await import('./local.js')).local,
  slurm: async () => (await import('./slurm.js')).slurm,
  ray: async () => (await import('./ray.js')).ray,
  kubernetes: async () => (await import('./kubernetes.js')).kubernetes,
};

/** Engines by the name that `npm run conformance -- <name>` takes. */
export const engines: Record<string, () => Promise<Engine>> = known;
