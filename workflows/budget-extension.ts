import {
  CancellationScope,
  executeChild,
  proxyActivities,
  setCurrentDetails,
  upsertSearchAttributes,
} from '@temporalio/workflow';
import type { BudgetActivities } from '../activities/budget/index.js';
import type { ApprovalState } from '../contracts/approval.js';
import { BudgetExtensionInput } from '../contracts/budget-extension.js';
import { parseOrFail } from '../contracts/failures.js';
import { approvalId } from '../contracts/ids.js';
import { SearchAttribute } from '../contracts/search-attributes.js';
import { TaskQueue } from '../contracts/task-queues.js';
import type { approval } from './approval.js';
import { child } from './stages/proxies.js';

/** The database may be away for days; a decision of people is never lost to that. */
const { openBudgetRequest, closeBudgetRequest } = proxyActivities<BudgetActivities>({
  taskQueue: TaskQueue.control,
  startToCloseTimeout: '1 minute',
  retry: { initialInterval: '250 milliseconds', maximumInterval: '1 minute', maximumAttempts: 10_000 },
});

/**
 * One question to people for one account that is used up: may it be extended? Yes sets the proposed limits; whatever waits
 * is told either way. Cancelled – because the limits were set otherwise, or the lifecycle ended – it lapses.
 */
export async function budgetExtension(raw: BudgetExtensionInput): Promise<ApprovalState['status'] | null> {
  const input = parseOrFail(BudgetExtensionInput, raw);
  const { model, account, generation } = input;
  upsertSearchAttributes([{ key: SearchAttribute.Model, value: model }]);
  setCurrentDetails(
    `Budget **${account}** is used up. People are asked to extend it: \`mainspring approvals\`.`,
  );
  const { request } = await openBudgetRequest(input);
  if (!request) return null;
  const approvalWorkflow = approvalId(request.subject, request.version);
  const close = (status: ApprovalState['status'], votes: string): Promise<void> =>
    closeBudgetRequest({ account, generation, approval: approvalWorkflow, status, votes });
  let decided: ApprovalState;
  try {
    decided = await executeChild<typeof approval>('approval', {
      ...child,
      workflowId: approvalWorkflow,
      args: [request],
      staticSummary: `More budget for ${account}?`,
    });
  } catch (error) {
    await CancellationScope.nonCancellable(() => close('LAPSED', ''));
    throw error;
  }
  const votes = decided.votes.map(({ by, role, verdict }) => `${by} (${role}): ${verdict}`).join(', ');
  await close(decided.status, votes);
  return decided.status;
}
