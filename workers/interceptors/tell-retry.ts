import type { Info } from '@temporalio/activity';
import type { Client } from '@temporalio/client';
import pTimeout from 'p-timeout';
import { MAX_RETRY_REASON_CHARS, type Retrying, SHOWN_AFTER_MS, retrying } from '../../contracts/retrying.js';
import { rootReason } from '../../contracts/root-reason.js';

/** Most activities whose last report is remembered. A forgotten one is reported once more. */
const MAX_REMEMBERED = 10_000;
/** A report must not hold up the attempt that failed. */
const PATIENCE_MS = 3_000;

/** First failure that this process saw, by its own clock, and the number of doublings of a minute that are reported. */
interface Seen {
  atMs: number;
  told: number;
}

/**
 * Tells workflows what is tried again for them. A workflow does not see the attempts of its activities. So the worker sends it
 * a signal when an activity fails that is a minute old, and again at each doubling of that age: a retry of a week costs 14
 * signals, and one of less than a minute none.
 */
export function openRetryTelling(nowMs: () => number = () => performance.now()) {
  const seen = new Map<string, Seen>();

  const keyOf = ({ workflowExecution, activityId }: Info): string =>
    `${workflowExecution?.workflowId ?? ''} ${workflowExecution?.runId ?? ''} ${activityId}`;

  /** Age by the server's clock, or by the time in this process if that is longer: clocks may differ. */
  function ageMs(info: Info, { atMs }: Seen): number {
    return Math.max(Date.now() - info.scheduledTimestampMs, nowMs() - atMs);
  }

  async function failed(info: Info, client: () => Pick<Client, 'workflow'>, error: unknown): Promise<void> {
    const { workflowExecution } = info;
    if (!workflowExecution) return;
    const key = keyOf(info);
    const known = seen.get(key) ?? { atMs: nowMs(), told: -1 };
    if (!seen.has(key) && seen.size >= MAX_REMEMBERED) {
      const [oldest] = seen.keys();
      if (oldest !== undefined) seen.delete(oldest);
    }
    seen.set(key, known);
    const age = ageMs(info, known);
    if (age < SHOWN_AFTER_MS || info.attempt < 2) return;
    const doublings = Math.floor(Math.log2(age / SHOWN_AFTER_MS));
    if (doublings <= known.told) return;
    known.told = doublings;
    const report: Retrying = {
      activityId: info.activityId,
      activity: info.activityType,
      attempt: info.attempt,
      since: new Date(Date.now() - age).toISOString(),
      reason: rootReason(error).slice(0, MAX_RETRY_REASON_CHARS),
    };
    const send = async (): Promise<void> => {
      try {
        const { workflowId, runId } = workflowExecution;
        await client().workflow.getHandle(workflowId, runId).signal(retrying.name, report);
      } catch {
        // Temporal is away, or the workflow is over: the next failure tells it.
        known.told = doublings - 1;
      }
    };
    await pTimeout(send(), { milliseconds: PATIENCE_MS, message: false });
  }

  return { failed, ended: (info: Info): void => void seen.delete(keyOf(info)) };
}
