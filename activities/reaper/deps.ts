import type { JobFolders, ReaperStore } from '../ports/reaper-store.js';
import type { TrainingDeps } from '../training/deps.js';

export interface ReaperDeps extends Pick<
  TrainingDeps,
  'jobs' | 'backends' | 'objects' | 'artifacts' | 'engineId' | 'timing'
> {
  reaper: ReaperStore;
  folders: JobFolders;
  /** How long logs and curves of ended attempts are kept. Default: 90 days. */
  keepLogsMs?: number;
}
