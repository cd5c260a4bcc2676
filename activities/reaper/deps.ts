import type { JobFolders, ReaperStore } from '../ports/reaper-store.js';
import type { TrainingDeps } from '../training/deps.js';

export interface ReaperDeps extends Pick<
  TrainingDeps,
  'jobs' | 'backends' | 'objects' | 'engineId' | 'timing'
> {
  reaper: ReaperStore;
  folders: JobFolders;
}
