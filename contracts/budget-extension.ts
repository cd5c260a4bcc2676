import { z } from 'zod';
import { type ApprovalInput, ApprovalStatus } from './approval.js';
import { RunContext } from './data.js';

/** What workflow `budgetExtension` and its activities say to each other. */

export const BudgetExtensionInput = z.strictObject({
  ...RunContext.shape,
  account: z.string().min(1),
  /** The limits that are used up. */
  generation: z.int().positive(),
});
export type BudgetExtensionInput = z.infer<typeof BudgetExtensionInput>;

/** The approval to open; null when nobody needs to be asked any more. */
export interface BudgetRequest {
  request: ApprovalInput | null;
}

export const CloseBudgetRequestInput = z.strictObject({
  account: z.string().min(1),
  generation: z.int().positive(),
  approval: z.string().min(1),
  status: ApprovalStatus,
  /** Who voted what, for the record. */
  votes: z.string(),
});
export type CloseBudgetRequestInput = z.infer<typeof CloseBudgetRequestInput>;
