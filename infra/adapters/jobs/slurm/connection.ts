import { flag, text } from '../../../variables.js';
import { defineConnection } from '../connection.js';

/** Slurm, whose commands must be on the PATH. */
export interface SlurmConnection {
  /** Path of slurm.conf; null for the default of the commands. */
  conf: string | null;
}

export const slurmConnection = defineConnection({
  variables: { MAINSPRING_SLURM: flag.default(false), MAINSPRING_SLURM_CONF: text.optional() },
  secrets: [],
  read: ({ MAINSPRING_SLURM, MAINSPRING_SLURM_CONF }): SlurmConnection | null =>
    MAINSPRING_SLURM ? { conf: MAINSPRING_SLURM_CONF ?? null } : null,
});
