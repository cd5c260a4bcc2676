import type { JobRow, JobStore } from '../ports/job-store.js';
import { type JobEvent, transition } from './policy/job-transitions.js';

/**
 * Let an event happen to a row. An event that comes twice, or too late, changes nothing: the row that comes back says
 * what is true now.
 */
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
