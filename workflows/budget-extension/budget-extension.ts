import {
  CancellationScope,
  executeChild,
  isCancellation,
  proxyActivities,
  setCurrentDetails,
  upsertSearchAttributes,
} from '@temporalio/workflow';
import type { BudgetActivities } from '../../activities/budget/index.js';
import type { ApprovalState } from '../../contracts/approval.js';
import { BudgetExtensionInput } from '../../contracts/budget-extension.js';
import { parseOrFail } from '../../contracts/failures.js';
import { approvalId } from '../../contracts/ids.js';
import { SearchAttribute } from '../../contracts/search-attributes.js';
import { TaskQueue } from '../../contracts/task-queues.js';
import { ifPossible, recordAfterCancel } from '../after-cancel.js';
import type { approval } from '../approval/approval.js';
import { child } from '../child.js';

/** The database may be away for days. A decision by people must not be lost because of that. */
const { openBudgetRequest, closeBudgetRequest } = proxyActivities<BudgetActivities>({
  taskQueue: TaskQueue.control,
  startToCloseTimeout: '1 minute',
  retry: { initialInterval: '250 milliseconds', maximumInterval: '1 minute', maximumAttempts: 10_000 },
});

const afterCancel = proxyActivities<BudgetActivities>(recordAfterCancel(TaskQueue.control));

/**
 * Ask people whether an exhausted account may be extended. An approval sets the proposed limits; the waiting jobs
 * are told of either decision. The question lapses if it is cancelled, because the limits were changed otherwise or
 * the lifecycle ended.
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
  const end = (status: ApprovalState['status'], votes: string) => ({
    ...{ account, generation, approval: approvalWorkflow },
    ...{ status, votes },
  });
  let decided: ApprovalState;
  try {
    decided = await executeChild<typeof approval>('approval', {
      ...child,
      workflowId: approvalWorkflow,
      args: [request],
      staticSummary: `More budget for ${account}?`,
    });
  } catch (error) {
    const lapsed = end('LAPSED', '');
    await CancellationScope.nonCancellable(() =>
      isCancellation(error)
        ? ifPossible('the lapsed question is not recorded', () => afterCancel.closeBudgetRequest(lapsed))
        : closeBudgetRequest(lapsed),
    );
    throw error;
  }
  const votes = decided.votes.map(({ by, role, verdict }) => `${by} (${role}): ${verdict}`).join(', ');
  await closeBudgetRequest(end(decided.status, votes));
  return decided.status;
}
