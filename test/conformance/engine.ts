import type { JobBackend, JobHandle } from '../../activities/ports/job-backend.js';
import type { BackendName, Placement, Resources } from '../../contracts/spec/training.js';
import type { StageOptions } from '../../infra/adapters/jobs/stage-job.js';
import type { TrainingBench } from '../support/training/bench.js';

/** Something that an engine needs of this machine before it can be started. */
export interface Need {
  /** For people, e.g. `sbatch and slurmctld on the PATH`. */
  what: string;
  met: boolean;
  /** What to do when it is not met: a command, whole. Nothing is installed unasked. */
  remedy: string;
}

/** A job engine that the suite can be run against. */
export interface Engine {
  name: BackendName;
  /** How it is started here, in one sentence: what runs, where, and what it leaves alone. */
  description: string;
  needs(): Promise<Need[]>;
  /** Start the real thing: loopback, free ports, a temporary folder; gone after `stop`, also when this process is killed. */
  start(): Promise<RunningEngine>;
}

export interface RunningEngine {
  /** A backend as a worker opens it. Called again, it is another worker that knows nothing of the first. */
  backend(options: StageOptions): JobBackend;
  /** Merged into every job's request, e.g. to be small enough for the nodes of the test. */
  resources?: Partial<Resources>;
  placement?: Placement;
  /** How many jobs the engine itself has under this key, whatever their state: what was paid for. */
  nativeJobs(jobKey: string): Promise<number>;
  /** Ways to hurt it. A scenario whose fault is missing is left out, and the runner says so. */
  faults: Faults;
  /** Traps of this engine alone: calls `it(…)`. The bench is there when a test runs. */
  traps?(bench: () => TrainingBench): void;
  stop(): Promise<void>;
}

export interface Faults {
  /** Take all the room there is, so that a job that is submitted now waits. @returns gives the room back */
  occupy?(): Promise<() => Promise<void>>;
  /** Kill -9 what answers clients. Jobs that run go on, or the engine says otherwise with `jobsDieWithController`. */
  stopController?(): Promise<void>;
  startController?(): Promise<void>;
  jobsDieWithController?: true;
  /** Whatever `work` submits is forgotten by the engine, as if it had died before it wrote it down. */
  forgetting?<T>(work: () => Promise<T>): Promise<T>;
  /** What `forgetting` does to a job that runs already. */
  forgottenJobs?: 'run on' | 'are killed';
  /** Take the job away for a more important one. */
  preempt?(handle: JobHandle): Promise<void>;
  /** Lose the machine that the job runs on, its processes may live on. @returns bring it back */
  loseNode?(handle: JobHandle): Promise<() => Promise<void>>;
  /** The engine enforces memory, and says so when a job took too much. */
  enforcesMemory?: true;
  /** Machines that a job may ask for, to train together. */
  machines?: number;
  /** Accelerators that a job may ask for. */
  gpus?: number;
}
