import { mapOf } from '../bounded.js';
import { z } from 'zod';
import { defineBackend, placementName } from './define-backend.js';

export const kubernetes = defineBackend({
  name: 'kubernetes',
  summary: 'Jobs of a Kubernetes cluster, through Kueue if a queue is named.',
  rule: 'one Job a job attempt, named by its key; several nodes are an Indexed Job',
  connect: 'MAINSPRING_KUBECONFIG, the path of a kubeconfig',
  form: z
    .strictObject({
      queue: placementName.optional().describe('Local queue of Kueue; the job is created suspended.'),
      priorityClass: placementName.optional().describe('`priorityClassName` of the pods.'),
      nodeSelector: mapOf(z.string(), z.string(), 100, 'Labels that a node must have.').optional(),
    })
    .describe('Where pods go.'),
  shared: true,
  assignsDevices: true,
});
