// Made by `npm run generate` from the modules of this folder that call defineBackend. Do not edit it by hand.
import { kubernetes } from './kubernetes.js';
import { local } from './local.js';
import { ray } from './ray.js';
import { slurm } from './slurm.js';

/** Every kind by its name. */
export const BACKENDS = {
  kubernetes,
  local,
  ray,
  slurm,
} as const;
export type BackendName = keyof typeof BACKENDS;

/** The names of all kinds. */
export const BACKEND_NAMES = ['kubernetes', 'local', 'ray', 'slurm'] as const;
