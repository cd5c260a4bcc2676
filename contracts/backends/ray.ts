import { defineBackend } from './define-backend.js';

export const ray = defineBackend({
  name: 'ray',
  summary: 'Jobs of a Ray cluster.',
  rule: 'one submission of the Jobs API a job attempt, with its key as submission id',
  connect: 'MAINSPRING_RAY_ADDRESS, e.g. http://head:8265',
  form: undefined,
  shared: true,
  assignsDevices: true,
});
