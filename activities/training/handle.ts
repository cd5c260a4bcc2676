import type { JobHandle } from '../ports/job-backend.js';
import type { JobRow } from '../ports/job-row.js';

export const handleOf = (row: JobRow): JobHandle => ({
  jobKey: row.jobKey,
  nativeId: row.nativeId ?? '',
  nativeUid: row.nativeUid,
});
