import { defineBackend } from './define-backend.js';

export const local = defineBackend({
  name: 'local',
  summary: 'Processes of the machine of the training worker.',
  rule: 'one process group a job; its priority is lower than that of workers and gateway',
  connect: 'nothing: every installation has it',
  form: undefined,
  shared: false,
  assignsDevices: false,
});
