import type { JobStore } from '../ports/job-store.js';
import type { JobRow } from '../ports/job-row.js';
import { type JobEvent, transition } from './policy/job-transitions.js';

/** Apply an event to a job row and return the row as it is now. A repeated or late event changes nothing. */
export async function advance(
  jobs: Pick<JobStore, 'get' | 'update'>,
  row: JobRow,
  event: JobEvent,
): Promise<JobRow> {
  let current = row;
  for (;;) {
    const change = transition(current, event);
    if (!change) return current;
    const updated = await jobs.update(current.jobKey, current.version, change);
    if (updated) return updated;
    current = (await jobs.get(current.jobKey)) ?? current;
  }
}
