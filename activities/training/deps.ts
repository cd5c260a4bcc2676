import type { BackendName } from '../../contracts/spec/training.js';
import type { ArtifactStore } from '../ports/artifact-store.js';
import type { Environments } from '../ports/environments.js';
import type { JobBackend } from '../ports/job-backend.js';
import type { LeaseTiming } from '../ports/job-order.js';
import type { JobStore } from '../ports/job-store.js';
import type { ObjectStore } from '../ports/object-store.js';
import type { Suggester } from '../ports/suggest.js';
import type { RungStore, TrialStore } from '../ports/trial-store.js';

export interface TrainingDeps {
  jobs: JobStore;
  /** The job backends that this installation is connected to. */
  backends: Partial<Record<BackendName, JobBackend>>;
  /** Store of claims, heads and beats. */
  objects: ObjectStore;
  artifacts: ArtifactStore;
  environments: Environments;
  /** Label that this installation puts on every job. */
  engineId: string;
  timing: LeaseTiming;
}

/** Additional dependencies of a search. */
export interface SearchDeps {
  rungs: RungStore;
  trials: TrialStore;
  suggester: Suggester;
}
