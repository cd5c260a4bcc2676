import { z } from 'zod';
import { defineBackend, placementName } from './define-backend.js';

export const slurm = defineBackend({
  name: 'slurm',
  summary: 'Jobs of a Slurm cluster.',
  rule: 'one sbatch a job attempt, named by its key; asked about by squeue',
  connect: 'MAINSPRING_SLURM=true, with sbatch on the PATH of the training workers',
  form: z
    .strictObject({
      partition: placementName.optional().describe('`--partition`.'),
      account: placementName.optional().describe('`--account`.'),
      qos: placementName.optional().describe('`--qos`.'),
      constraint: placementName.optional().describe('`--constraint`.'),
    })
    .describe('Options of sbatch.'),
  shared: true,
  assignsDevices: true,
});
