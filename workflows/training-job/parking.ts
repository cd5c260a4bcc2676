import {
  ChildWorkflowCancellationType,
  ParentClosePolicy,
  condition,
  setHandler,
  startChild,
} from '@temporalio/workflow';
import { WorkflowExecutionAlreadyStartedError } from '@temporalio/common';
import type { Parked } from '../../contracts/budget.js';
import type { RunContext } from '../../contracts/data.js';
import { budgetExtensionId } from '../../contracts/ids.js';
import { goOn } from '../../contracts/job-lease.js';
import { TaskQueue } from '../../contracts/task-queues.js';
import type { budgetExtension } from '../budget-extension/budget-extension.js';
import { forTemporal } from '../for-temporal.js';

/** A parked job is told when it may go on. If no message arrives, it asks after this time, then ever more rarely. */
const FIRST_LOOK_MS = 30_000;
const LAST_LOOK_MS = 900_000;

export interface Admitted<T> {
  answer: T;
  /** Time that the job has waited. Its deadline moves by as much, because waiting for room does not count. */
  waitedMs: number;
}

/**
 * Repeat a request that a full budget or pool may park, until it is admitted. Waiting takes a timer and no worker
 * slot; a cancel takes effect at once. Open it once per workflow, because it handles the signal `goOn`.
 */
export function openParking({ model, run, specDigest }: RunContext) {
  let told = 0;
  setHandler(forTemporal(goOn), () => void (told += 1), {
    description: 'A budget or a pool may have room: whatever is parked asks again.',
  });

  /** At most one request per account, whichever waiting job starts it. */
  async function askForExtension({ at: account, generation, own }: Parked): Promise<void> {
    try {
      await startChild<typeof budgetExtension>('budgetExtension', {
        workflowId: budgetExtensionId(account, generation),
        taskQueue: TaskQueue.control,
        args: [{ model, run, specDigest, account, generation }],
        // The budget of an ended lifecycle is not needed any more; a shared budget is used by others too.
        parentClosePolicy: own ? ParentClosePolicy.REQUEST_CANCEL : ParentClosePolicy.ABANDON,
        cancellationType: own
          ? ChildWorkflowCancellationType.TRY_CANCEL
          : ChildWorkflowCancellationType.ABANDON,
        staticSummary: `More budget for ${account}?`,
      });
    } catch (error) {
      if (!(error instanceof WorkflowExecutionAlreadyStartedError)) throw error;
    }
  }

  return async function admitted<T extends { parked?: Parked | undefined }>(
    ask: (waitedMs: number) => Promise<T>,
    onParked: (parked: Parked) => void,
  ): Promise<Admitted<T>> {
    let waitedMs = 0;
    for (let lookMs = FIRST_LOOK_MS; ; lookMs = Math.min(2 * lookMs, LAST_LOOK_MS)) {
      const heard = told;
      const answer = await ask(waitedMs);
      const { parked } = answer;
      if (!parked) return { answer, waitedMs };
      const since = Date.now();
      onParked(parked);
      if (parked.why === 'budget') await askForExtension(parked);
      await condition(() => told > heard, lookMs);
      waitedMs += Date.now() - since;
    }
  };
}
export type Admit = ReturnType<typeof openParking>;
