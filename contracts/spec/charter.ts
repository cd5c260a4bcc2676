import { z } from 'zod';
import { MetricName } from './metrics.js';

/** The paper's roles (R1–R7): gates and approvals name the one that may act. */
export const Role = z.enum([
  'business-stakeholder',
  'solution-architect',
  'data-scientist',
  'data-engineer',
  'software-engineer',
  'devops-engineer',
  'ml-engineer',
]);
export type Role = z.infer<typeof Role>;

/** Why the model exists and who answers for it. Recorded before anything else happens (steps 1–4). */
export const Charter = z.strictObject({
  goal: z.string().min(10).describe('The business goal, in a sentence that its owner would sign.'),
  problem: z.enum(['binary-classification']).describe('The kind of learning problem.'),
  success: z
    .strictObject({
      metric: MetricName.describe('Computed by the engine on the held-out test.'),
      atLeast: z.number().optional().describe('Met from here on upwards.'),
      atMost: z.number().optional().describe('Met from here on downwards.'),
    })
    .refine((s) => s.atLeast !== undefined || s.atMost !== undefined, 'needs atLeast or atMost')
    .describe('The figure by which the goal counts as met.'),
  owners: z
    .partialRecord(Role, z.array(z.string().min(1)).min(1))
    .refine((owners) => Object.keys(owners).length > 0, 'needs at least one role with a principal')
    .describe('Who answers for what: role → principals. Votes are checked against it.'),
  requirements: z
    .array(z.string().min(1))
    .default([])
    .describe('What the data must offer, in words (step 4).'),
  decisions: z
    .array(
      z.strictObject({
        what: z.string().min(1).describe('What was decided.'),
        why: z.string().min(1).describe('The reason.'),
        by: Role.describe('The role that decided.'),
      }),
    )
    .default([])
    .describe('Technology decisions with their reason and the role that took them (step 2).'),
});
export type Charter = z.infer<typeof Charter>;
