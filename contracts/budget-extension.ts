import { z } from 'zod';
import { type ApprovalInput, ApprovalStatus } from './approval.js';
import { RunContext } from './data.js';

/** Messages between the workflow `budgetExtension` and its activities. */

export const BudgetExtensionInput = z.object({
  ...RunContext.shape,
  account: z.string().min(1),
  /** Generation of the exhausted limits. */
  generation: z.int().positive(),
});
export type BudgetExtensionInput = z.infer<typeof BudgetExtensionInput>;

/** The approval to open; null if no question is needed any more. */
export interface BudgetRequest {
  request: ApprovalInput | null;
}

export const CloseBudgetRequestInput = z.object({
  account: z.string().min(1),
  generation: z.int().positive(),
  approval: z.string().min(1),
  status: ApprovalStatus,
  /** The votes, in words. */
  votes: z.string(),
});
export type CloseBudgetRequestInput = z.infer<typeof CloseBudgetRequestInput>;
