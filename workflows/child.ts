import { ParentClosePolicy } from '@temporalio/workflow';
import { TaskQueue } from '../contracts/task-queues.js';

/**
 * Child workflows receive a cancel request when their parent ends, so that a cancelled lifecycle leaves no job and
 * no canary running.
 */
export const child = { taskQueue: TaskQueue.control, parentClosePolicy: ParentClosePolicy.REQUEST_CANCEL };
