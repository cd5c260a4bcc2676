import type { JobStore } from '../ports/job-store.js';
import { jobKeyOf } from './job-key.js';
import type { Lease } from './lease/lease.js';

/** The names of an intent: those of this installation, or those of an earlier version if that began the intent. */
export async function leaseOf(
  { jobs, engineId }: { jobs: Pick<JobStore, 'last'>; engineId: string },
  intent: string,
): Promise<Lease> {
  const row = await jobs.last(intent);
  const isOld = row !== undefined && row.jobKey === jobKeyOf({ intent }, row.attempt);
  return isOld ? { intent } : { intent, engineId };
}
