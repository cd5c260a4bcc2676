import type { ActivityOptions } from '@temporalio/common';
import { ActivityFailure, log } from '@temporalio/workflow';
import { rootMessage } from './policy/root-message.js';

/**
 * Times of the steps that end a cancelled run. Together they stay below a minute, so that `cancel` ends a run whatever is away.
 * The reaper does later what could not be done in time.
 */
export const AFTER_CANCEL = {
  /** For a job to end: its grace of 25 seconds, its last upload, and the kill. */
  job: '42 seconds',
  /** For one record. */
  record: '8 seconds',
  /** For a promotion that has begun. */
  promotion: '15 seconds',
  /** For a release to restore the routes. */
  release: '25 seconds',
  /** For a study until all its trials have ended, and for a lifecycle until its children have. */
  children: '48 seconds',
} as const;

/** Options of an activity that records something after a cancel. */
export const recordAfterCancel = (taskQueue: string): ActivityOptions => ({
  taskQueue,
  startToCloseTimeout: AFTER_CANCEL.record,
  scheduleToCloseTimeout: AFTER_CANCEL.record,
  retry: { initialInterval: '250 milliseconds', maximumInterval: '2 seconds' },
});

/**
 * Do what a cancelled workflow owes. If it fails, the failure is logged, and the workflow ends all the same.
 *
 * @returns undefined if it failed
 */
export async function ifPossible<T>(what: string, work: () => Promise<T>): Promise<T | undefined> {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof ActivityFailure)) throw error;
    log.warn(`${what}: left to the reaper`, { cause: rootMessage(error) });
    return undefined;
  }
}
