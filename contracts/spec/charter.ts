import { z } from 'zod';
import { ProblemName } from '../problem.js';
import { listOf } from '../bounded.js';
import { text } from '../primitives/text.js';
import { MetricName } from '../metrics/metric-name.js';

/** The roles of docs/paper.md (R1–R7). Gates and approvals name the role that may act. */
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

/** Fewest characters of a goal. */
export const LEAST_GOAL = 10;

/** The purpose of the model and its owners. Recorded before anything else (steps 1–4 of docs/paper.md). */
export const Charter = z.strictObject({
  goal: text(10_000, LEAST_GOAL).describe('The business goal, in a sentence that its owner would sign.'),
  problem: ProblemName.describe('The kind of learning problem.'),
  success: z
    .strictObject({
      metric: MetricName.describe('Computed by the engine on the held-out test.'),
      atLeast: z.number().optional().describe('Met from here on upwards.'),
      atMost: z.number().optional().describe('Met from here on downwards.'),
    })
    .refine((s) => s.atLeast !== undefined || s.atMost !== undefined, 'needs atLeast or atMost')
    .describe('The figure by which the goal counts as met.'),
  owners: z
    .partialRecord(Role, listOf(text(200), 100, 'Principals.', 1))
    .refine((owners) => Object.keys(owners).length > 0, 'needs at least one role with a principal')
    .describe('The people who hold each role. Votes are checked against it.'),
  requirements: listOf(text(10_000), 1_000, 'Requirements on the data, in words (step 4).').default([]),
  decisions: listOf(
    z.strictObject({
      what: text(10_000).describe('What was decided.'),
      why: text(10_000).describe('The reason.'),
      by: Role.describe('The role that decided.'),
    }),
    1_000,
    'Technology decisions with their reason and the role that took them (step 2).',
  ).default([]),
});
export type Charter = z.infer<typeof Charter>;
